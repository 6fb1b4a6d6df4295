package io.github.integratorio.simulator;

import java.util.ArrayList;
import java.util.List;

/** The received requests, oldest first. Thread-safe. */
final class RequestLog {

    private final boolean recording;
    private final List<RecordedRequest> requests = new ArrayList<>();
    private long count;

    /** @param recording false to count requests only */
    RequestLog(boolean recording) {
        this.recording = recording;
    }

    synchronized void add(RecordedRequest request) {
        count++;
        if (recording) {
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
