package io.github.integratorio.camel.internal.operation.creation;

import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;

/** Thrown if an earlier attempt under the same order may have created the license. This one sent nothing, so it tells nothing about the API. */
public final class OpenClaimException extends IntegratorioAmbiguousOutcomeException {

    private static final long serialVersionUID = 1;

    OpenClaimException(String reason) {
        super(ApiMethod.CREATE_LICENSE.label(), reason, 0);
    }
}
