package io.github.integratorio.camel.conventions;

import java.util.ArrayList;
import java.util.List;

import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Finds endpoints in YAML, including the parameters next to their URIs. */
final class YamlUses {

    private final int offset;
    private final List<Use> uses = new ArrayList<>();

    /** @param offset number of lines before the YAML */
    YamlUses(int offset) {
        this.offset = offset;
    }

    List<Use> all(String yaml) {
        for (Node document : new Compose(LoadSettings.builder().build()).composeAllFromString(yaml)) {
            visit(document, "");
        }
        return uses;
    }

    private void visit(Node node, String key) {
        if (node instanceof SequenceNode list) {
            list.getValue().forEach(one -> visit(one, key));
        } else if (node instanceof MappingNode map) {
            if (value(map, "uri") instanceof ScalarNode uri && uri.getValue().startsWith("integratorio:")) {
                uses.add(new Use(offset + uri.getStartMark().orElseThrow().getLine() + 1, kind(key),
                        uri.getValue() + parameters(uri, map)));
            }
            map.getValue().forEach(entry -> visit(entry.getValueNode(), ((ScalarNode) entry.getKeyNode()).getValue()));
        } else if (node instanceof ScalarNode uri && uri.getValue().startsWith("integratorio:") && !"uri".equals(key)) {
            uses.add(new Use(offset + uri.getStartMark().orElseThrow().getLine() + 1, kind(key), uri.getValue()));
        }
    }

    private static Use.Kind kind(String key) {
        return switch (key) {
            case "from", "source", "pollEnrich", "poll" -> Use.Kind.CONSUMER;
            case "to", "toD", "sink", "enrich", "wireTap" -> Use.Kind.PRODUCER;
            default -> Use.Kind.ENDPOINT;
        };
    }

    private static Node value(MappingNode map, String key) {
        return map.getValue().stream()
                .filter(entry -> entry.getKeyNode() instanceof ScalarNode name && name.getValue().equals(key))
                .map(NodeTuple::getValueNode).findFirst().orElse(null);
    }

    private static String parameters(ScalarNode uri, MappingNode map) {
        StringBuilder query = new StringBuilder();
        if (value(map, "parameters") instanceof MappingNode parameters) {
            for (NodeTuple entry : parameters.getValue()) {
                query.append(query.isEmpty() && !uri.getValue().contains("?") ? '?' : '&')
                        .append(((ScalarNode) entry.getKeyNode()).getValue())
                        .append('=').append(((ScalarNode) entry.getValueNode()).getValue());
            }
        }
        return query.toString();
    }
}
