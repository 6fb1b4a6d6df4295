package io.github.integratorio.tests.cli;

import org.apache.camel.dsl.jbang.core.commands.CamelJBangMain;

/** The {@code camel} command without JBang. */
public final class CamelCli {

    private CamelCli() {
    }

    /**
     * Runs a command, and ends with its status.
     *
     * @param arguments as of {@code camel}
     */
    public static void main(String[] arguments) {
        CamelJBangMain.run(arguments);
    }
}
