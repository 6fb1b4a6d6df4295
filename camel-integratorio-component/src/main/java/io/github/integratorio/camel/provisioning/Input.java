package io.github.integratorio.camel.provisioning;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import io.github.integratorio.camel.client.ApiCall;

/**
 * What an operation works on, checked and complete.
 *
 * @param call        the API call of the operation; null when it is made of several
 * @param connectorId the connector, or null
 * @param licenseId   the license, or null
 * @param email       the user, or null
 * @param expires     the expiry asked for by option or header, or null
 * @param documents   the documents of the body, in plain JSON form; empty when it takes none
 * @param many        whether the body was a list
 * @param merge       whether an update keeps what the body leaves out
 * @param streaming   whether a list is to be streamed
 */
public record Input(ApiCall call, String connectorId, String licenseId, String email, Instant expires,
        List<Map<String, Object>> documents, boolean many, boolean merge, boolean streaming) {

    Map<String, Object> document() {
        return documents.get(0);
    }
}
