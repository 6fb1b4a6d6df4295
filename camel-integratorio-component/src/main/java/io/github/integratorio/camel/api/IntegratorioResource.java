package io.github.integratorio.camel.api;

/** What an endpoint works on, named as in the API. */
public enum IntegratorioResource {
    connectors, licenses, installBase
}
