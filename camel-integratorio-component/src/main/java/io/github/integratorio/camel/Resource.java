package io.github.integratorio.camel;

/** What an endpoint works on, named as in the API. */
public enum Resource {
    connectors, licenses, installBase
}
