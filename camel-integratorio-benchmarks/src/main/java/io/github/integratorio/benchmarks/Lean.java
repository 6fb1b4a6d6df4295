package io.github.integratorio.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.util.Map;

import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.Message;
import org.apache.hc.core5.http.message.BasicHttpRequest;
import org.apache.hc.core5.http.nio.entity.BasicAsyncEntityConsumer;
import org.apache.hc.core5.http.nio.entity.BasicAsyncEntityProducer;
import org.apache.hc.core5.http.nio.support.BasicRequestProducer;
import org.apache.hc.core5.http.nio.support.BasicResponseConsumer;
import org.apache.hc.core5.http2.HttpVersionPolicy;

/** Apache HttpClient 5, asynchronous, with everything switched off that can be, and Jackson. */
final class Lean implements Contender {

    private final HttpHost host;
    private final String path;
    private final CloseableHttpAsyncClient http = HttpAsyncClients.custom()
            .setConnectionManager(PoolingAsyncClientConnectionManagerBuilder.create()
                    .setMaxConnPerRoute(ByHand.CONNECTIONS).setMaxConnTotal(ByHand.CONNECTIONS)
                    .setDefaultTlsConfig(TlsConfig.custom().setVersionPolicy(HttpVersionPolicy.FORCE_HTTP_1).build()).build())
            .setDefaultRequestConfig(RequestConfig.custom().setExpectContinueEnabled(false).build())
            .disableAutomaticRetries().disableRedirectHandling().disableCookieManagement().disableAuthCaching().disableConnectionState()
            .build();

    Lean(URI base) {
        this.host = new HttpHost(base.getScheme(), base.getHost(), base.getPort());
        this.path = base.getPath();
        http.start();
    }

    @Override
    public boolean blocks(Work work) {
        return false;
    }

    @Override
    public void run(Work work, Caller caller) throws Exception {
        String licenses = path + "/connectors/" + caller.connectorId() + "/licenses";
        switch (work) {
            case CREATE -> call("POST", licenses, ByHand.WRITER.writeValueAsBytes(caller.license()), caller);
            case GET -> call("GET", licenses + "/" + caller.licenseId(), null, caller);
            default -> throw new IllegalArgumentException(work.name());
        }
    }

    private void call(String method, String target, byte[] body, Caller caller) {
        BasicHttpRequest request = new BasicHttpRequest(method, host, target);
        request.setHeader("Authorization", "Bearer secret");
        http.execute(new BasicRequestProducer(request, body == null ? null : new BasicAsyncEntityProducer(body, ContentType.APPLICATION_JSON)),
                new BasicResponseConsumer<>(new BasicAsyncEntityConsumer()), new FutureCallback<Message<HttpResponse, byte[]>>() {
                    @Override
                    public void completed(Message<HttpResponse, byte[]> answer) {
                        try {
                            if (answer.getHead().getCode() > 299) {
                                throw new IOException("status " + answer.getHead().getCode());
                            }
                            Map<String, Object> document = ByHand.OBJECT.readValue(answer.getBody());
                            Differences.used(document);
                        } catch (IOException e) {
                            caller.failed(e);
                            return;
                        }
                        caller.done();
                    }

                    @Override
                    public void failed(Exception cause) {
                        caller.failed(cause);
                    }

                    @Override
                    public void cancelled() {
                        caller.failed(new IOException("cancelled"));
                    }
                });
    }

    @Override
    public void close() throws IOException {
        http.close();
    }
}
