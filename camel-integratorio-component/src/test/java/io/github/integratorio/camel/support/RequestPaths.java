package io.github.integratorio.camel.support;

import io.github.integratorio.camel.internal.client.protocol.ApiRequest;

/** Lets tests of other packages see the path of a request. */
public final class RequestPaths {

    private RequestPaths() {
    }

    public static String of(ApiRequest request) {
        return request.path();
    }
}
