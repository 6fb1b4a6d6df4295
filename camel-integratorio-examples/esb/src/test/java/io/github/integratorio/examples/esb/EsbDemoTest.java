package io.github.integratorio.examples.esb;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class EsbDemoTest {

    @TempDir
    private Path directory;

    @Test
    void an_ESB_that_is_killed_between_the_API_s_commit_and_its_own_neither_loses_nor_duplicates_a_license()
            throws Exception {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        int status = new EsbDemo(directory, new PrintStream(written, true, StandardCharsets.UTF_8)).run();
        String text = written.toString(StandardCharsets.UTF_8);

        assertEquals(0, status, text);
        assertTrue(text.contains("kill -9"), text);
        assertTrue(text.contains("3 dead letters"), text);
        assertTrue(text.contains("30 licenses for 30 customers"), text);
        assertFalse(text.contains("@"), "an address is shown: " + text);
    }
}
