package io.github.integratorio.camel.api;

import java.util.Map;
import java.util.function.Function;

/** Resource that an endpoint works on, named as in the API. */
public enum IntegratorioResource {

    /** SmartConnectors of the account; the documents are {@link Connector}s. */
    connectors(Connector::over, IntegratorioConstants.CONNECTOR_ID),
    /** Licenses of a connector; the documents are {@link License}s. */
    licenses(License::over, IntegratorioConstants.LICENSE_ID),
    /** Installations of a connector; the documents are {@link Installation}s. */
    installBase(Installation::over, IntegratorioConstants.INTEGRATION_ID);

    private final Function<Map<String, Object>, ApiDocument> model;
    private final String idHeader;

    IntegratorioResource(Function<Map<String, Object>, ApiDocument> model, String idHeader) {
        this.model = model;
        this.idHeader = idHeader;
    }

    /** Creates the model object of a document; it uses the map without copying it. */
    public ApiDocument documentOver(Map<String, Object> fields) {
        return model.apply(fields);
    }

    /** Name of the header that has the id of a document. */
    public String idHeader() {
        return idHeader;
    }
}
