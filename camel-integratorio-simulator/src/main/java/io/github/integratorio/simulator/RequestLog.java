package io.github.integratorio.simulator;

import java.util.ArrayList;
import java.util.List;

/** The requests that came, oldest first. */
final class RequestLog {

    private final boolean keeping;
    private final List<RecordedRequest> requests = new ArrayList<>();
    private long count;

    RequestLog(boolean keeping) {
        this.keeping = keeping;
    }

    synchronized void add(RecordedRequest request) {
        count++;
        if (keeping) {
            requests.add(request);
        }
    }

    synchronized List<RecordedRequest> all() {
        return List.copyOf(requests);
    }

    synchronized long count() {
        return count;
    }

    synchronized void clear() {
        requests.clear();
        count = 0;
    }
}
