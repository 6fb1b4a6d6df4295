package io.github.integratorio.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.HttpClientResponseHandler;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;

/** Apache HttpClient 5, blocking, and Jackson, written well: large connection pool, reused readers and writers. */
class HttpClientContender implements Contender {

    static final JsonMapper JSON = new JsonMapper();
    static final ObjectReader OBJECT = JSON.readerFor(new TypeReference<Map<String, Object>>() {});
    static final ObjectReader OBJECTS = JSON.readerFor(new TypeReference<List<Map<String, Object>>>() {});
    static final ObjectWriter WRITER = JSON.writer();
    static final int CONNECTIONS = 1024;

    private final String base;
    private final CloseableHttpClient http = HttpClients.custom()
            .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                    .setMaxConnPerRoute(CONNECTIONS).setMaxConnTotal(CONNECTIONS).build())
            .build();
    private final ListDiff diff = new ListDiff();

    HttpClientContender(URI base) {
        this.base = base.toString();
    }

    @Override
    public boolean blocks(Operation operation) {
        return true;
    }

    @Override
    public void run(Operation operation, VirtualUser user) throws Exception {
        String licenses = base + "/connectors/" + user.connectorId() + "/licenses";
        switch (operation) {
            case CREATE -> Blackhole.consume(call("POST", licenses, user.license(), OBJECT::readValue));
            case GET -> Blackhole.consume(call("GET", licenses + "/" + user.licenseId(), null, OBJECT::readValue));
            case LIST -> Blackhole.consume(call("GET", licenses, null, OBJECTS::readValue));
            case STREAM -> call("GET", licenses, null, HttpClientContender::readEach);
            case UPSERT -> {
                List<Map<String, Object>> rows = call("GET", licenses, null, OBJECTS::readValue);
                Map<String, Map<String, Object>> writes = ListDiff.toWrite(rows, SampleDocuments.UPSERT);
                for (Map.Entry<String, Map<String, Object>> write : writes.entrySet()) {
                    call("PUT", licenses + "/" + write.getKey(), write.getValue(), OBJECT::readValue);
                }
            }
            case POLL -> poll(base + "/connectors/" + SampleDocuments.NO_ID + "/installBase");
        }
    }

    void poll(String uri) throws IOException {
        List<Map<String, Object>> rows = call("GET", uri, null, OBJECTS::readValue);
        diff.compare(rows);
    }

    interface Parser<T> {
        T parse(InputStream body) throws IOException;
    }

    final <T> T call(String method, String uri, Object body, Parser<T> parser) throws IOException {
        HttpUriRequestBase request = new HttpUriRequestBase(method, URI.create(uri));
        request.setHeader("Authorization", "Bearer secret");
        if (body != null) {
            request.setEntity(new ByteArrayEntity(WRITER.writeValueAsBytes(body), ContentType.APPLICATION_JSON));
        }
        HttpClientResponseHandler<T> handler = response -> {
            if (response.getCode() > 299) {
                throw new IOException("expected a 2xx status, got " + response.getCode());
            }
            return parser.parse(response.getEntity().getContent());
        };
        return http.execute(request, handler);
    }

    /** Reads the rows one by one while the response arrives. */
    static Object readEach(InputStream body) throws IOException {
        try (JsonParser tokens = JSON.createParser(body)) {
            tokens.nextToken();
            while (tokens.nextToken() == JsonToken.START_OBJECT) {
                Map<String, Object> row = OBJECT.readValue(tokens);
                Blackhole.consume(row);
            }
            return null;
        }
    }

    @Override
    public long changes() {
        return diff.changes();
    }

    @Override
    public void close() throws IOException {
        http.close();
    }

    /** Each user has a virtual thread, which needs Java 21. */
    static final class OnVirtualThreads extends HttpClientContender {
        OnVirtualThreads(URI base) {
            super(base);
        }

        @Override
        public Thread newThread(Runnable user) {
            try {
                Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
                return (Thread) Class.forName("java.lang.Thread$Builder").getMethod("unstarted", Runnable.class)
                        .invoke(builder, user);
            } catch (ReflectiveOperationException e) {
                throw new UnsupportedOperationException("virtual threads need Java 21 or newer", e);
            }
        }
    }

    /** The lower bound of a poll that parses its response: reads Jackson's tokens and discards them. */
    static final class TokenScan extends HttpClientContender {
        TokenScan(URI base) {
            super(base);
        }

        @Override
        void poll(String uri) throws IOException {
            call("GET", uri, null, body -> {
                try (JsonParser parser = JSON.createParser(body)) {
                    while (parser.nextToken() != null) {
                        // The tokens are discarded.
                    }
                    return null;
                }
            });
        }
    }

    /** The lower bound of any poll over HTTP: receives the bytes and discards them. */
    static final class ByteCount extends HttpClientContender {
        ByteCount(URI base) {
            super(base);
        }

        @Override
        void poll(String uri) throws IOException {
            call("GET", uri, null, body -> body.transferTo(OutputStream.nullOutputStream()));
        }
    }
}
