package io.github.integratorio.camel.internal.operation.write;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.internal.client.CallContext;
import io.github.integratorio.camel.internal.client.IntegratorioClient;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.internal.client.protocol.ApiResponse;
import io.github.integratorio.camel.internal.json.Json;
import io.github.integratorio.camel.internal.json.JsonMerge;
import io.github.integratorio.camel.internal.operation.request.OperationResult;

/** Sends documents, and returns them as they are afterwards. */
public final class DocumentSender {

    private final IntegratorioClient client;

    public DocumentSender(IntegratorioClient client) {
        this.client = client;
    }

    /**
     * Sends a document.
     *
     * @param outcome the outcome if the API confirms it
     */
    public CompletableFuture<OperationResult> send(ApiMethod call, String connectorId, String licenseId,
            Map<String, Object> document, WriteOutcome outcome, CallContext context) {
        return client.call(new ApiRequest(call, connectorId, licenseId, Json.toBytes(document)), context)
                .thenCompose(response -> response.value() == null && call.isReplacement()
                        ? readBack(response, call, connectorId, licenseId, document, context)
                        : CompletableFuture.completedFuture(response))
                .thenApply(response -> OperationResult.of(response, outcome));
    }

    /** Reads a document that was replaced, and returned without itself. If that fails, what was sent is the best answer there is. */
    private CompletableFuture<ApiResponse> readBack(ApiResponse response, ApiMethod call, String connectorId,
            String licenseId, Map<String, Object> sent, CallContext context) {
        ApiMethod read = call == ApiMethod.UPDATE_LICENSE ? ApiMethod.GET_LICENSE : ApiMethod.GET_CONNECTOR;
        return client.call(ApiRequest.of(read, connectorId, licenseId), context).handle((current, error) -> {
            // A read may lag behind the write, which the API has confirmed.
            if (error == null && JsonMerge.same(current.document().get("expires"), sent.get("expires"))) {
                return new ApiResponse(response.status(), current.value());
            }
            Map<String, Object> written =
                    new LinkedHashMap<>(error == null ? JsonMerge.merge(current.document(), sent) : sent);
            written.put("_id", licenseId != null ? licenseId : connectorId);
            return new ApiResponse(response.status(), written);
        });
    }
}
