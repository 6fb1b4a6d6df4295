package io.github.integratorio.camel.provisioning;

import java.util.List;

/**
 * What an operation gives.
 *
 * @param status   the HTTP status of the last answer; 0 when it does not stand for the whole
 * @param value    plain JSON, a stream of rows, or null
 * @param outcomes what became of each document; empty for reads
 */
public record Result(int status, Object value, List<Outcome> outcomes) {
}
