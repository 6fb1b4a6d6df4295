package io.github.integratorio.camel.internal.client.paging;

import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.integratorio.camel.internal.json.Json;
import org.apache.camel.RuntimeCamelException;

/**
 * The rows of a list, read from the connection on demand. {@link #hasNext()} throws if the list fails midway, and again whenever it is
 * asked; the rows before were valid. Close it unless it is read to its end. Branches of a route may share it, so threads read it one after
 * the other; {@link #close()} does not wait for them.
 */
public final class RowIterator implements Iterator<Map<String, Object>>, Closeable {

    /** A row is held in memory; that of a license has less than a kilobyte. */
    private static final int MAX_ROW_SIZE = 1 << 20;

    private final PagedResponse pages;
    private RowInput input;
    private JsonParser parser;
    private Map<String, Object> row;
    private boolean ended;
    private volatile boolean closed;
    private RuntimeException failure;

    public RowIterator(PagedResponse pages) {
        this.pages = pages;
    }

    @Override
    public synchronized boolean hasNext() {
        if (failure != null) {
            throw failure;
        }
        if (closed && !ended) {
            throw new IllegalStateException("the list is closed: it can only be read until its exchange is complete");
        }
        try {
            while (row == null && !ended) {
                advance();
            }
            return row != null;
        } catch (Exception e) {
            failure = RuntimeCamelException.wrapRuntimeCamelException(e);
            close();
            throw failure;
        }
    }

    @SuppressWarnings("unchecked")
    private void advance() throws Exception {
        InputStream page = null;
        if (parser == null) {
            page = pages.next();
            if (page == null) {
                ended = true;
                return;
            }
        }
        try {
            if (page != null) {
                begin(page);
            }
            input.beginRow();
            if (parser.nextToken() != JsonToken.END_ARRAY) {
                Object value = Json.value(parser);
                pages.requireKey(value);
                row = (Map<String, Object>) value;
                return;
            }
            if (parser.nextToken() != null) {
                throw new IOException("has content after its end");
            }
            parser = null;
        } catch (IOException e) {
            throw e instanceof io.github.integratorio.camel.api.IntegratorioTransportException ? e
                    : pages.invalidPage(e);
        }
    }

    private void begin(InputStream page) throws IOException {
        input = new RowInput(page);
        parser = Json.answerParser(input);
        if (parser.nextToken() != JsonToken.START_ARRAY) {
            throw new IOException("is not a JSON array");
        }
    }

    @Override
    public synchronized Map<String, Object> next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        Map<String, Object> next = row;
        row = null;
        return next;
    }

    @Override
    public void close() {
        closed = true;
        try {
            pages.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Fails if one row alone, such as that of a broken server, would take the memory. */
    private static final class RowInput extends FilterInputStream {
        private long left = MAX_ROW_SIZE;

        RowInput(InputStream in) {
            super(in);
        }

        void beginRow() {
            left = MAX_ROW_SIZE;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = super.read(bytes, offset, length);
            left -= read;
            if (left < 0) {
                throw new IOException("has a row of more than " + MAX_ROW_SIZE + " bytes");
            }
            return read;
        }
    }
}
