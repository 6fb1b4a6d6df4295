package io.github.integratorio.camel.api;

/** What is done with a resource. */
public enum IntegratorioOperation {
    LIST, GET, CREATE, UPDATE, DELETE, PUSH_UPDATE, EXPIRE, UPSERT
}
