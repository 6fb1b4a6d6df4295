package io.github.integratorio.camel;

/** What is done with a resource. */
public enum IntegratorioOperation {
    LIST, GET, CREATE, UPDATE, DELETE, PUSH_UPDATE, EXPIRE, UPSERT
}
