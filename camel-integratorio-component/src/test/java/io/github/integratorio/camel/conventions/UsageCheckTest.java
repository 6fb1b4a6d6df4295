package io.github.integratorio.camel.conventions;

import java.io.IOException;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The check reports invalid uses and no others. */
class UsageCheckTest {

    private final UsageCheck check;

    UsageCheckTest() throws IOException {
        check = new UsageCheck();
    }

    private void assertProblem(String file, String text, int line, String... words) {
        List<String> problems = check.problems(file, text);
        assertEquals(1, problems.size(), problems::toString);
        assertTrue(problems.get(0).startsWith(file + ":" + line + ": "), problems.get(0));
        for (String word : words) {
            assertTrue(problems.get(0).contains(word), problems.get(0));
        }
    }

    private void assertFine(String file, String text) {
        assertEquals(List.of(), check.problems(file, text));
        assertTrue(!UsageCheck.uses(file, text).isEmpty(), "nothing found in " + text);
    }

    @Test
    void an_unknown_option_in_java_is_reported_with_its_line() {
        assertProblem("A.java", "class A {\n  String uri = \"integratorio:licenses?operation=list&conectorId=c1\";\n}",
                2, "conectorId", "Unknown");
    }

    @Test
    void a_concatenated_uri_is_read_as_one() {
        assertFine("A.java", "from(\"integratorio:licenses?connectorId=\" + connector + \"&delay=5\" + \"0\")");
        assertProblem("A.java", "\nto(\"integratorio:licenses?operation=\" + x\n + \"&wrong=1\")", 2, "wrong");
        assertProblem("A.java", "\nto(\"integratorio:licenses\"\n + \"?operation=remove\")", 2, "remove");
    }

    @Test
    void an_invalid_value_in_yaml_is_reported_at_the_line_of_its_uri() {
        assertProblem("a.camel.yaml",
                "- route:\n    from:\n      uri: integratorio:installBase\n      parameters:\n        initialSnapshot: all\n      steps: []\n",
                3, "initialSnapshot", "all");
        assertProblem("a.kamelet.yaml",
                "spec:\n  template:\n    from:\n      uri: kamelet:source\n      steps:\n        - to: integratorio:license\n",
                6, "license");
    }

    @Test
    void problems_in_the_yaml_of_a_page_are_reported_with_the_line_in_the_page() {
        assertProblem("a.md",
                "# A\n\n1. Do\n\n   ```yaml\n   - to:\n       uri: integratorio:licenses\n       parameters:\n         operaton: list\n   ```\n",
                7, "operaton");
        assertProblem("a.adoc",
                "= A\n\n[source,yaml]\n----\n- to:\n    uri: integratorio:licenses\n    parameters:\n      operation: lst\n----\n",
                6, "lst");
    }

    @Test
    void a_consumer_option_of_a_producer_and_a_producer_option_of_a_consumer_are_reported() {
        assertProblem("a.md",
                "```java\nfrom(\"direct:a\")\n    .to(\"integratorio:licenses?operation=list&stateDirectory=d\")\n```",
                3, "stateDirectory");
        assertProblem("a.md", "from(\"master:n:integratorio:licenses?operation=list\")", 1, "operation");
    }

    @Test
    void xml_escapes_are_resolved() {
        assertFine("a.xml",
                "<to uri=\"integratorio:licenses?operation=upsert&amp;connectorId={{c}}&amp;operationTimeout={{p}}\"/>");
        assertProblem("a.xml", "<a>\n<to uri=\"integratorio:licenses?operation=upsert&amp;connector={{c}}\"/></a>", 2,
                "connector");
    }

    @Test
    void properties_are_checked_in_every_kind_of_file() {
        assertProblem("a.properties", "a = b\ncamel.component.integratorio.acces-token = {{t}}\n", 2, "acces-token");
        assertProblem("a.properties", "camel.component.integratorio.region = UK\n", 1, "UK");
        assertProblem("a.md", "Set `CAMEL_COMPONENT_INTEGRATORIO_REGOIN=EU`.", 1, "regoin");
        assertProblem("A.java", "\n\n\"-Dcamel.component.integratorio.base-uri=\" + url", 3, "base-uri");
        assertProblem("a.properties", "camel.component.integratorio.max-retries=many\n", 1, "many");
    }

    @Test
    void values_known_only_at_run_time_are_accepted() {
        assertFine("a.properties",
                "camel.component.integratorio.region = ${REGION}\ncamel.component.integratorio.data-source=#bean:db\n");
        assertFine("a.camel.yaml",
                "- to:\n    uri: integratorio:licenses\n    parameters:\n      operation: \"{{op}}\"\n      updateMode: RAW({{mode}})\n");
        assertFine("a.md",
                "`from(\"integratorio:installBase?…\")` and `integratorio-eu:licenses`, `camel.component.integratorio.enabled=false`");
        assertFine("A.java", "from(\"integratorio:licenses?dataSource=#db\")");
        assertFine("A.java", "toD(\"integratorio:licenses?operation=get&connectorId=c&licenseId=${body}\")");
    }

    @Test
    void text_that_does_not_use_the_component_is_ignored() {
        assertEquals(List.of(), UsageCheck.uses("a.md",
                "`integratorio:resource`, `mvn:io.github.integratorio:camel-integratorio-component:1.0.0`, "
                        + "`transformDataType(\"integratorio:application-cloudevents\")`, `camel.component.integratorio.*`"));
    }
}
