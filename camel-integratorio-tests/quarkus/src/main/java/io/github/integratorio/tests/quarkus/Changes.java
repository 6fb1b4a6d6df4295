package io.github.integratorio.tests.quarkus;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import jakarta.enterprise.context.ApplicationScoped;

/** The changes that arrived, as JSON. */
@ApplicationScoped
public class Changes {

    private final List<String> all = new CopyOnWriteArrayList<>();

    void add(String change) {
        all.add(change);
    }

    List<String> all() {
        return all;
    }
}
