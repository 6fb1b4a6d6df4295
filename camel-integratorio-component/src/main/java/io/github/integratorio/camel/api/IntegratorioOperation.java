package io.github.integratorio.camel.api;

/** Operation on a resource. */
public enum IntegratorioOperation {
    LIST, GET, CREATE, UPDATE, DELETE, PUSH_UPDATE, EXPIRE, UPSERT, RECONCILE
}
