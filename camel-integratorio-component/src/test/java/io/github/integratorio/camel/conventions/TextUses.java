package io.github.integratorio.camel.conventions;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds URIs and properties in any text: Java, XML, properties, prose. */
final class TextUses {

    private static final Pattern URI =
            Pattern.compile("(?<![\\w./-])integratorio(?:-[a-z]+)?:([a-zA-Z][^\"'`\\s<>|\\[…]*)");
    /** Not endpoints: the syntax itself, and the name of a data type. */
    private static final Set<String> NO_ENDPOINTS = Set.of("resource", "application-cloudevents");
    /** Continuation after the end of a literal: another literal, an expression and a literal, or an expression. */
    private static final Pattern JAVA_LITERAL = Pattern.compile("\\G\"\\s*\\+\\s*\"([^\"]*)");
    private static final Pattern JAVA_VALUE_AND_LITERAL = Pattern.compile("\\G\"\\s*\\+\\s*[^\";,]+\\+\\s*\"([^\"]*)");
    private static final Pattern JAVA_VALUE = Pattern.compile("\\G\"\\s*\\+");
    private static final Pattern CONSUMER =
            Pattern.compile("(?:\\bfrom\\(|\\bpollEnrich\\(|<from uri=|\\bfrom:\\s+uri:\\s*)\"?(?:master:[\\w-]+:)?$");
    private static final Pattern PRODUCER =
            Pattern.compile("(?:\\b(?:to|toD|enrich|wireTap|requestBody|sendBody|send)\\(\\s*|<(?:to|toD) uri=)\"$");
    private static final Pattern PROPERTY =
            Pattern.compile("camel\\.component\\.integratorio\\.([\\w.-]*\\w)(?:\\s*[=:]\\s*([^\\s\"`]+))?");
    private static final Pattern VARIABLE = Pattern.compile("CAMEL_COMPONENT_INTEGRATORIO_([A-Z_]+)(?:=([^\\s\"`]+))?");

    private final String text;

    TextUses(String text) {
        this.text = text;
    }

    List<Use> all() {
        List<Use> uses = new ArrayList<>();
        Matcher uri = URI.matcher(text);
        while (uri.find()) {
            String path = uri.group(1).split("\\?", 2)[0];
            if (!NO_ENDPOINTS.contains(path)) {
                uses.add(new Use(line(uri.start()), kind(uri.start()),
                        "integratorio:" + goOn(uri.group(1), uri.end()).replace("&amp;", "&")));
            }
        }
        properties(PROPERTY, uses);
        properties(VARIABLE, uses);
        return uses;
    }

    private void properties(Pattern pattern, List<Use> uses) {
        Matcher property = pattern.matcher(text);
        while (property.find()) {
            String name = pattern == VARIABLE ? property.group(1).toLowerCase(Locale.ROOT).replace('_', '-')
                    : property.group(1);
            String value = property.group(2) == null ? "" : property.group(2);
            uses.add(new Use(line(property.start()), Use.Kind.PROPERTY,
                    "camel.component.integratorio." + name + "=" + Use.known(value)));
        }
    }

    /** The rest of a URI that a Java program concatenates. */
    private String goOn(String beginning, int end) {
        StringBuilder uri = new StringBuilder(beginning);
        int at = end;
        while (true) {
            Matcher literal = JAVA_LITERAL.matcher(text);
            Matcher both = JAVA_VALUE_AND_LITERAL.matcher(text);
            if (literal.find(at)) {
                uri.append(literal.group(1));
                at = literal.end();
            } else if (both.find(at)) {
                uri.append(Use.UNKNOWN).append(both.group(1));
                at = both.end();
            } else {
                return JAVA_VALUE.matcher(text).find(at) ? uri.append(Use.UNKNOWN).toString() : uri.toString();
            }
        }
    }

    private Use.Kind kind(int start) {
        String before = text.substring(Math.max(0, start - 60), start);
        return CONSUMER.matcher(before).find() ? Use.Kind.CONSUMER
                : PRODUCER.matcher(before).find() ? Use.Kind.PRODUCER : Use.Kind.ENDPOINT;
    }

    private int line(int index) {
        return 1 + (int) text.substring(0, index).chars().filter(c -> c == '\n').count();
    }
}
