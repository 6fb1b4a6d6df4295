package io.github.integratorio.camel.client;

/** Lets tests of other packages see the path of a request. */
public final class RequestPaths {

    private RequestPaths() {
    }

    public static String of(ApiRequest request) {
        return request.path();
    }
}
