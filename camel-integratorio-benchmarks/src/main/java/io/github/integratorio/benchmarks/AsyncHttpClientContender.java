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
import org.apache.hc.core5.http.impl.bootstrap.AsyncRequesterBootstrap;
import org.apache.hc.core5.http.impl.bootstrap.HttpAsyncRequester;
import org.apache.hc.core5.http.message.BasicHttpRequest;
import org.apache.hc.core5.http.nio.AsyncRequestProducer;
import org.apache.hc.core5.http.nio.AsyncResponseConsumer;
import org.apache.hc.core5.http.nio.entity.BasicAsyncEntityConsumer;
import org.apache.hc.core5.http.nio.entity.BasicAsyncEntityProducer;
import org.apache.hc.core5.http.nio.support.BasicRequestProducer;
import org.apache.hc.core5.http.nio.support.BasicResponseConsumer;
import org.apache.hc.core5.http.protocol.HttpProcessor;
import org.apache.hc.core5.http.protocol.HttpProcessorBuilder;
import org.apache.hc.core5.http.protocol.RequestConnControl;
import org.apache.hc.core5.http.protocol.RequestContent;
import org.apache.hc.core5.http.protocol.RequestTargetHost;
import org.apache.hc.core5.http2.HttpVersionPolicy;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.io.ModalCloseable;
import org.apache.hc.core5.util.Timeout;

/** Apache HttpClient 5, asynchronous, with all optional features disabled, or HttpCore below it alone; and Jackson. */
final class AsyncHttpClientContender implements Contender {

    /** How a request is sent. */
    private interface Sender {
        void send(AsyncRequestProducer request, AsyncResponseConsumer<Message<HttpResponse, byte[]>> response,
                FutureCallback<Message<HttpResponse, byte[]>> callback);
    }

    private static final Timeout TIMEOUT = Timeout.ofSeconds(30);

    private final HttpHost host;
    private final String path;
    private final Sender sender;
    private final ModalCloseable http;

    private AsyncHttpClientContender(URI base, Sender sender, ModalCloseable http) {
        this.host = new HttpHost(base.getScheme(), base.getHost(), base.getPort());
        this.path = base.getPath();
        this.sender = sender;
        this.http = http;
    }

    static AsyncHttpClientContender client(URI base) {
        CloseableHttpAsyncClient client = HttpAsyncClients.custom()
                .setConnectionManager(PoolingAsyncClientConnectionManagerBuilder.create()
                        .setMaxConnPerRoute(HttpClientContender.CONNECTIONS)
                        .setMaxConnTotal(HttpClientContender.CONNECTIONS)
                        .setDefaultTlsConfig(
                                TlsConfig.custom().setVersionPolicy(HttpVersionPolicy.FORCE_HTTP_1).build())
                        .build())
                .setDefaultRequestConfig(RequestConfig.custom().setExpectContinueEnabled(false).build())
                .disableAutomaticRetries().disableRedirectHandling().disableCookieManagement().disableAuthCaching()
                .disableConnectionState()
                .build();
        client.start();
        return new AsyncHttpClientContender(base, client::execute, client);
    }

    /** Without HttpClient: no proxy, no authentication, no customizer; what is left is the pool, the connections and the reactor. */
    static AsyncHttpClientContender core(URI base) {
        // Those of HttpCore without "Expect: 100-continue".
        HttpProcessor processor = HttpProcessorBuilder.create()
                .addAll(RequestTargetHost.INSTANCE, RequestContent.INSTANCE, RequestConnControl.INSTANCE).build();
        HttpAsyncRequester requester = AsyncRequesterBootstrap.bootstrap().setHttpProcessor(processor)
                .setDefaultMaxPerRoute(HttpClientContender.CONNECTIONS).setMaxTotal(HttpClientContender.CONNECTIONS)
                .create();
        requester.start();
        return new AsyncHttpClientContender(base,
                (request, response, callback) -> requester.execute(request, response, TIMEOUT, callback), requester);
    }

    @Override
    public boolean blocks(Operation operation) {
        return false;
    }

    @Override
    public void run(Operation operation, VirtualUser user) throws Exception {
        String licenses = path + "/connectors/" + user.connectorId() + "/licenses";
        switch (operation) {
            case CREATE -> call("POST", licenses, HttpClientContender.WRITER.writeValueAsBytes(user.license()), user);
            case GET -> call("GET", licenses + "/" + user.licenseId(), null, user);
            default -> throw new IllegalArgumentException(operation.name());
        }
    }

    private void call(String method, String target, byte[] body, VirtualUser user) {
        BasicHttpRequest request = new BasicHttpRequest(method, host, target);
        request.setHeader("Authorization", "Bearer secret");
        sender.send(new BasicRequestProducer(request,
                body == null ? null : new BasicAsyncEntityProducer(body, ContentType.APPLICATION_JSON)),
                new BasicResponseConsumer<>(new BasicAsyncEntityConsumer()),
                new FutureCallback<Message<HttpResponse, byte[]>>() {
                    @Override
                    public void completed(Message<HttpResponse, byte[]> response) {
                        try {
                            if (response.getHead().getCode() > 299) {
                                throw new IOException("expected a 2xx status, got " + response.getHead().getCode());
                            }
                            Map<String, Object> document = HttpClientContender.OBJECT.readValue(response.getBody());
                            Blackhole.consume(document);
                        } catch (IOException e) {
                            user.failed(e);
                            return;
                        }
                        user.done();
                    }

                    @Override
                    public void failed(Exception cause) {
                        user.failed(cause);
                    }

                    @Override
                    public void cancelled() {
                        user.failed(new IOException("cancelled"));
                    }
                });
    }

    @Override
    public void close() {
        http.close(CloseMode.GRACEFUL);
    }
}
