package io.github.integratorio.camel.internal.operation.request;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

import io.github.integratorio.camel.internal.json.Json;
import io.github.integratorio.camel.internal.json.JsonValues;

/** Rows that are written once and then read in their order, any number of times. Licenses take about a tenth of their JSON. */
final class CompressedRows {

    private static final int CHUNK = 64 * 1024;

    private final List<byte[]> chunks = new ArrayList<>();
    private final DataOutputStream out = new DataOutputStream(new DeflaterOutputStream(new Chunks()));
    private int size;

    /** Adds a row. */
    void add(Map<String, Object> row) {
        byte[] bytes = Json.toBytes(row);
        try {
            out.writeInt(bytes.length);
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        size++;
    }

    /** Ends the writing. */
    void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int size() {
        return size;
    }

    /** Reads all rows, after {@link #close}. */
    Iterator<Map<String, Object>> iterator() {
        List<InputStream> parts = new ArrayList<>();
        chunks.forEach(chunk -> parts.add(new ByteArrayInputStream(chunk)));
        DataInputStream in = new DataInputStream(
                new InflaterInputStream(new SequenceInputStream(Collections.enumeration(parts))));
        return new Iterator<>() {
            private int read;

            @Override
            public boolean hasNext() {
                return read < size;
            }

            @Override
            public Map<String, Object> next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                read++;
                try {
                    byte[] row = in.readNBytes(in.readInt());
                    return JsonValues.object((Map<?, ?>) Json.parseAnswer(row, row.length));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
    }

    /** Keeps what is written in pieces: one array that grows would need three times the memory now and then. */
    private final class Chunks extends OutputStream {
        private byte[] chunk = new byte[CHUNK];
        private int length;

        @Override
        public void write(int one) {
            write(new byte[] { (byte) one }, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int count) {
            for (int done = 0; done < count;) {
                if (length == CHUNK) {
                    chunks.add(chunk);
                    chunk = new byte[CHUNK];
                    length = 0;
                }
                int part = Math.min(count - done, CHUNK - length);
                System.arraycopy(bytes, offset + done, chunk, length, part);
                length += part;
                done += part;
            }
        }

        @Override
        public void close() {
            chunks.add(Arrays.copyOf(chunk, length));
        }
    }
}
