package io.github.integratorio.benchmarks;

import java.io.IOException;
import java.io.InputStream;
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

/** Apache HttpClient 5, blocking, and Jackson, as somebody who knows both would write it: pool sized, readers and writers kept. */
class ByHand implements Contender {

    static final JsonMapper JSON = new JsonMapper();
    static final ObjectReader OBJECT = JSON.readerFor(new TypeReference<Map<String, Object>>() { });
    static final ObjectReader OBJECTS = JSON.readerFor(new TypeReference<List<Map<String, Object>>>() { });
    static final ObjectWriter WRITER = JSON.writer();
    static final int CONNECTIONS = 1024;

    private final String base;
    private final CloseableHttpClient http = HttpClients.custom()
            .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                    .setMaxConnPerRoute(CONNECTIONS).setMaxConnTotal(CONNECTIONS).build())
            .build();
    private final Differences differences = new Differences();

    ByHand(URI base) {
        this.base = base.toString();
    }

    @Override
    public boolean blocks(Work work) {
        return true;
    }

    @Override
    public void run(Work work, Caller caller) throws Exception {
        String licenses = base + "/connectors/" + caller.connectorId() + "/licenses";
        switch (work) {
            case CREATE -> Differences.used(call("POST", licenses, caller.license(), OBJECT::readValue));
            case GET -> Differences.used(call("GET", licenses + "/" + caller.licenseId(), null, OBJECT::readValue));
            case LIST -> Differences.used(call("GET", licenses, null, OBJECTS::readValue));
            case STREAM -> call("GET", licenses, null, ByHand::each);
            case UPSERT -> {
                List<Map<String, Object>> rows = call("GET", licenses, null, OBJECTS::readValue);
                for (Map.Entry<String, Map<String, Object>> change : Differences.toWrite(rows, Differences.WANTED).entrySet()) {
                    call("PUT", licenses + "/" + change.getKey(), change.getValue(), OBJECT::readValue);
                }
            }
            case POLL -> poll(base + "/connectors/" + Samples.NO_ID + "/installBase");
        }
    }

    void poll(String uri) throws IOException {
        List<Map<String, Object>> rows = call("GET", uri, null, OBJECTS::readValue);
        differences.compare(rows);
    }

    interface Parsing<T> {
        T parse(InputStream body) throws IOException;
    }

    final <T> T call(String method, String uri, Object body, Parsing<T> parsing) throws IOException {
        HttpUriRequestBase request = new HttpUriRequestBase(method, URI.create(uri));
        request.setHeader("Authorization", "Bearer secret");
        if (body != null) {
            request.setEntity(new ByteArrayEntity(WRITER.writeValueAsBytes(body), ContentType.APPLICATION_JSON));
        }
        HttpClientResponseHandler<T> handler = response -> {
            if (response.getCode() > 299) {
                throw new IOException("status " + response.getCode());
            }
            return parsing.parse(response.getEntity().getContent());
        };
        return http.execute(request, handler);
    }

    /** Looks at one row after the other, as they come. */
    static Object each(InputStream body) throws IOException {
        try (JsonParser parser = JSON.createParser(body)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.START_OBJECT) {
                Map<String, Object> row = OBJECT.readValue(parser);
                Differences.used(row);
            }
            return null;
        }
    }

    @Override
    public long changes() {
        return differences.changes();
    }

    @Override
    public void close() throws IOException {
        http.close();
    }

    /** The least a poll can cost that looks at what it gets: Jackson's tokens, and nothing done with them. */
    static final class Tokens extends ByHand {
        Tokens(URI base) {
            super(base);
        }

        @Override
        void poll(String uri) throws IOException {
            call("GET", uri, null, body -> {
                try (JsonParser parser = JSON.createParser(body)) {
                    while (parser.nextToken() != null) {
                        // Only looked at.
                    }
                    return null;
                }
            });
        }
    }
}
