package io.github.integratorio.camel.api;

import java.net.URI;

/** Where an account lives; a token of one region fails in another. */
public enum Region {
    US("https://api.integrator.io/v1"),
    EU("https://api.eu.integrator.io/v1"),
    AU("https://api.au.integrator.io/v1"),
    CA("https://api.ca.integrator.io/v1");

    private final URI baseUrl;

    Region(String baseUrl) {
        this.baseUrl = URI.create(baseUrl);
    }

    /** The region's base URL. */
    public URI baseUrl() {
        return baseUrl;
    }
}
