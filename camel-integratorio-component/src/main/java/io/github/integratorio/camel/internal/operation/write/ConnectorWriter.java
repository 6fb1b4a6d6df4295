package io.github.integratorio.camel.internal.operation.write;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.internal.client.IntegratorioClient;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.internal.json.JsonMerge;
import io.github.integratorio.camel.internal.license.DocumentValidator;
import io.github.integratorio.camel.internal.operation.request.OperationRequest;
import io.github.integratorio.camel.internal.operation.request.OperationResult;
import io.github.integratorio.camel.internal.operation.write.KeyedSequencer.Turn;

/** Creates, updates and deletes connectors; writes to one connector run one after the other. */
public final class ConnectorWriter {

    private final IntegratorioClient client;
    private final KeyedSequencer sequencer;
    private final DocumentSender sender;

    public ConnectorWriter(IntegratorioClient client, KeyedSequencer sequencer, DocumentSender sender) {
        this.client = client;
        this.sequencer = sequencer;
        this.sender = sender;
    }

    /** Creates a connector, and returns it. */
    public CompletableFuture<OperationResult> create(OperationRequest request) {
        return sender.send(ApiMethod.CREATE_CONNECTOR, null, null,
                DocumentValidator.connector(request.document(), null), WriteOutcome.CREATED, request.context());
    }

    /** Replaces a connector, or merges the body into it, and returns it. */
    public CompletableFuture<OperationResult> update(OperationRequest request) {
        Map<String, Object> body = DocumentValidator.notEmpty(request.document());
        DocumentValidator.requireSameId(body, request.connectorId(), "connectorId");
        if (!request.merge()) {
            Map<String, Object> connector = DocumentValidator.connector(body, request.connectorId());
            return sequencer.run(request.call(), request.context(), List.of(request.connectorId()),
                    turn -> put(request, connector, turn));
        }
        return sequencer.run(ApiMethod.GET_CONNECTOR, request.context(), List.of(request.connectorId()),
                turn -> client
                        .call(ApiRequest.of(ApiMethod.GET_CONNECTOR, request.connectorId(), null), request.context())
                        .thenCompose(current -> put(request,
                                DocumentValidator.connector(JsonMerge.merge(current.document(), body),
                                        request.connectorId()),
                                turn)));
    }

    private CompletableFuture<OperationResult> put(OperationRequest request, Map<String, Object> connector,
            Turn turn) {
        return sender.send(ApiMethod.UPDATE_CONNECTOR, request.connectorId(), null, connector, WriteOutcome.UPDATED,
                request.context().supersededBy(turn::isSuperseded));
    }

    /** Deletes a connector; the result has no value. */
    public CompletableFuture<OperationResult> delete(OperationRequest request) {
        return sequencer.run(request.call(), request.context(), List.of(request.connectorId()),
                turn -> client.call(ApiRequest.of(request.call(), request.connectorId(), null), request.context())
                        .thenApply(response -> new OperationResult(response.status(), null,
                                List.of(WriteOutcome.DELETED))));
    }
}
