package io.github.integratorio.camel.internal.client.http;

import java.time.Duration;

/**
 * What a caller accepts as a response.
 *
 * @param timeout     time for the whole response; for a stream, until its body begins
 * @param timeoutName the option that the timeout comes from, for messages
 * @param readTimeout how long a read of a stream waits for the next bytes
 * @param maxBytes    size of a body that is read into memory
 * @param streamed    whether the body of a 200 is read while it arrives
 */
public record ResponseLimits(Duration timeout, String timeoutName, Duration readTimeout, int maxBytes,
        boolean streamed) {
}
