package io.github.integratorio.kamelets;

import java.util.Set;
import java.util.TreeSet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;

/** A JSON schema that rejects unknown fields: the published schemas of Kubernetes accept every misspelling. */
final class ClosedSchema {

    private final JsonSchema schema;

    private ClosedSchema(JsonSchema schema) {
        this.schema = schema;
    }

    static ClosedSchema of(JsonNode open) {
        JsonNode closed = open.deepCopy();
        close(closed);
        // The metadata of Kubernetes, which the schema declares only as an object.
        if (closed.path("properties").has("metadata")) {
            ((ObjectNode) closed.path("properties").path("metadata")).remove("additionalProperties");
        }
        return new ClosedSchema(JsonSchemaFactory.getInstance(VersionFlag.V7).getSchema(closed));
    }

    private static void close(JsonNode node) {
        if (node instanceof ObjectNode object && object.path("properties").isObject()
                && !object.has("additionalProperties")
                && !object.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
            object.put("additionalProperties", false);
        }
        node.forEach(ClosedSchema::close);
    }

    /** The errors of a document. */
    Set<String> faults(JsonNode document) {
        Set<String> faults = new TreeSet<>();
        for (ValidationMessage message : schema.validate(document)) {
            faults.add(message.getMessage());
        }
        return faults;
    }
}
