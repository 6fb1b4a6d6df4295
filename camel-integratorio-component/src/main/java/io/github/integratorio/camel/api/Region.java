package io.github.integratorio.camel.api;

import java.net.URI;

/** Region of an account. A token is valid in one region only. */
public enum Region {
    US("https://api.integrator.io/v1"),
    EU("https://api.eu.integrator.io/v1"),
    AU("https://api.au.integrator.io/v1"),
    CA("https://api.ca.integrator.io/v1");

    private final URI baseUrl;

    Region(String baseUrl) {
        this.baseUrl = URI.create(baseUrl);
    }

    /** Base URL of the region's API. */
    public URI baseUrl() {
        return baseUrl;
    }
}
