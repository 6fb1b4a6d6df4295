package io.github.integratorio.camel.api;

import org.apache.camel.RuntimeCamelException;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;
import org.apache.camel.support.jsse.SSLContextParameters;

/** The options of the component and its endpoints. */
@UriParams
public class IntegratorioConfiguration extends ConsumerConfiguration implements Cloneable {

    @UriParam(label = "security", secret = true,
              description = "The API token of the account, without the word Bearer. Required, unless accessTokenSupplier is given.")
    private String accessToken;
    @UriParam(label = "security",
              description = "A bean that gives the API token, instead of accessToken: asked once, and once more each time the API refuses the token.")
    private AccessTokenSupplier accessTokenSupplier;
    @UriParam(label = "common", enums = "US,EU,AU,CA", defaultValue = "US",
              description = "The region the account lives in. A token of one region fails in another.")
    private Region region;
    @UriParam(label = "advanced",
              description = "The base URL of the API, instead of region: https, or http for this machine or with allowInsecureHttp.")
    private String baseUrl;
    @UriParam(label = "security", defaultValue = "false",
              description = "Whether baseUrl may be http to another machine. The token then travels in clear text.")
    private boolean allowInsecureHttp;
    @UriParam(label = "security",
              description = "The TLS configuration: which server certificates are trusted, and which is shown.")
    private SSLContextParameters sslContextParameters;
    @UriParam(label = "proxy",
              description = "The host of an HTTP proxy that requests go through.")
    private String proxyHost;
    @UriParam(label = "proxy",
              description = "The port of the HTTP proxy.")
    private int proxyPort;
    @UriParam(label = "advanced",
              description = "A bean that has a last hand on the Apache HttpClient 5 builder. Retries, redirects and cookies stay off whatever it does.")
    private HttpClientCustomizer httpClientCustomizer;
    @UriParam(label = "advanced", defaultValue = "10s", javaType = "java.time.Duration",
              description = "How long a connection may take to stand, TLS included.")
    private long connectTimeout = 10_000;
    @UriParam(label = "advanced", defaultValue = "30s", javaType = "java.time.Duration",
              description = "How long one request may take until its whole answer is there, body included. When a list is streamed: until its next bytes are there.")
    private long requestTimeout = 30_000;
    @UriParam(label = "advanced", defaultValue = "2m", javaType = "java.time.Duration",
              description = "How long an operation may take, retries and waits included; in an upsert of a List, each of its writes. What then has not been sent fails as not sent.")
    private long operationTimeout = 120_000;
    @UriParam(label = "advanced", defaultValue = "5",
              description = "How often a call is sent again, where that cannot do anything twice: after a connection that did not stand, after 429, and for reads, replacements and deletions also after a missing or broken answer. 0 for never.")
    private int maximumRetries = 5;
    @UriParam(label = "advanced", defaultValue = "200ms", javaType = "java.time.Duration",
              description = "The longest delay before the first retry. The real one is random below it, and it doubles with each retry.")
    private long retryDelay = 200;
    @UriParam(label = "advanced", defaultValue = "10s", javaType = "java.time.Duration",
              description = "The longest delay before any retry.")
    private long maximumRetryDelay = 10_000;
    @UriParam(label = "advanced", defaultValue = "1m", javaType = "java.time.Duration",
              description = "The longest pause the API may ask for by Retry-After; a call that is told to wait longer fails at once, and says how long.")
    private long maximumRetryAfter = 60_000;
    @UriParam(label = "advanced", defaultValue = "300",
              description = "How many requests per second the account may have for long. The same in all endpoints of an account.")
    private int requestsPerSecond = 300;
    @UriParam(label = "advanced", defaultValue = "1000",
              description = "How many requests the account may have at once after a time without. The same in all endpoints of an account.")
    private int requestBurst = 1000;
    @UriParam(label = "advanced", defaultValue = "50000",
              description = "How many requests of the account may wait for their turn; more fail at once. The same in all endpoints of an account.")
    private int maxQueuedRequests = 50_000;
    @UriParam(label = "advanced", defaultValue = "64",
              description = "How many requests of the account run at once, and so how many connections are kept. The same in all endpoints of an account.")
    private int maxConcurrentRequests = 64;
    @UriParam(label = "advanced", defaultValue = "33554432",
              description = "The longest answer that is taken into memory, in bytes. Streamed lists are not limited.")
    private int maximumResponseSize = 32 * 1024 * 1024;
    @UriParam(label = "producer", enums = "LIST,GET,CREATE,UPDATE,DELETE,PUSH_UPDATE,EXPIRE,UPSERT",
              description = "What to do. connectors: list, get, create, update, delete. licenses: also expire and upsert. installBase: list, pushUpdate.")
    private IntegratorioOperation operation;
    @UriParam(label = "common",
              description = "The id of the connector to work on, or to watch. A consumer may watch several, separated by commas, and watches all connectors of the account when there is none.")
    private String connectorId;
    @UriParam(label = "producer",
              description = "The id of the license to work on.")
    private String licenseId;
    @UriParam(label = "producer",
              description = "The user's e-mail address: whose license to create or expire, when the body or licenseId does not say.")
    private String email;
    @UriParam(label = "producer",
              description = "The expiry of the license, instead of the body's: a date and time with a zone such as 2027-01-31T12:00:00Z, or an ISO-8601 duration from now such as P30D.")
    private String expires;
    @UriParam(label = "common", defaultValue = "MODEL", enums = "MODEL,MAP,JSON",
              description = "What the body is after a call, and of a change: model objects (License, Connector, Installation), Maps, or JSON text.")
    private OutputType outputType = OutputType.MODEL;
    @UriParam(label = "producer", defaultValue = "false",
              description = "Whether a list becomes an Iterator that reads rows as they are asked for, for split(body()).streaming(), and never holds the whole list.")
    private boolean streaming;
    @UriParam(label = "producer", defaultValue = "REPLACE", enums = "REPLACE,MERGE",
              description = "Whether update replaces the whole document, so that what the body leaves out is erased, or reads it first and keeps what the body leaves out. When merging, null in the body erases a field.")
    private UpdateMode updateMode = UpdateMode.REPLACE;
    @UriParam(label = "producer", defaultValue = "EXCEPTION", enums = "EXCEPTION,NULL",
              description = "What get comes to when there is no such document, and delete when it is gone already: an exception, or a null body.")
    private NotFoundBehaviour notFoundBehaviour = NotFoundBehaviour.EXCEPTION;

    /** A copy, so that an endpoint's options do not change the component's. */
    public IntegratorioConfiguration copy() {
        try {
            return (IntegratorioConfiguration) clone();
        } catch (CloneNotSupportedException e) {
            throw new RuntimeCamelException(e);
        }
    }

    public String getAccessToken() {
        return accessToken;
    }

    /** The API token of the account, without the word Bearer. Required, unless accessTokenSupplier is given. */
    public void setAccessToken(String accessToken) {
        this.accessToken = accessToken;
    }

    public AccessTokenSupplier getAccessTokenSupplier() {
        return accessTokenSupplier;
    }

    /** A bean that gives the API token, instead of accessToken: asked once, and once more each time the API refuses the token. */
    public void setAccessTokenSupplier(AccessTokenSupplier accessTokenSupplier) {
        this.accessTokenSupplier = accessTokenSupplier;
    }

    public Region getRegion() {
        return region;
    }

    /** The region the account lives in. A token of one region fails in another. */
    public void setRegion(Region region) {
        this.region = region;
    }

    public String getBaseUrl() {
        return baseUrl;
    }

    /** The base URL of the API, instead of region: https, or http for this machine or with allowInsecureHttp. */
    public void setBaseUrl(String baseUrl) {
        this.baseUrl = baseUrl;
    }

    public boolean isAllowInsecureHttp() {
        return allowInsecureHttp;
    }

    /** Whether baseUrl may be http to another machine. The token then travels in clear text. */
    public void setAllowInsecureHttp(boolean allowInsecureHttp) {
        this.allowInsecureHttp = allowInsecureHttp;
    }

    public SSLContextParameters getSslContextParameters() {
        return sslContextParameters;
    }

    /** The TLS configuration: which server certificates are trusted, and which is shown. */
    public void setSslContextParameters(SSLContextParameters sslContextParameters) {
        this.sslContextParameters = sslContextParameters;
    }

    public String getProxyHost() {
        return proxyHost;
    }

    /** The host of an HTTP proxy that requests go through. */
    public void setProxyHost(String proxyHost) {
        this.proxyHost = proxyHost;
    }

    public int getProxyPort() {
        return proxyPort;
    }

    /** The port of the HTTP proxy. */
    public void setProxyPort(int proxyPort) {
        this.proxyPort = proxyPort;
    }

    public HttpClientCustomizer getHttpClientCustomizer() {
        return httpClientCustomizer;
    }

    /** A bean that has a last hand on the Apache HttpClient 5 builder. Retries, redirects and cookies stay off whatever it does. */
    public void setHttpClientCustomizer(HttpClientCustomizer httpClientCustomizer) {
        this.httpClientCustomizer = httpClientCustomizer;
    }

    public long getConnectTimeout() {
        return connectTimeout;
    }

    /** How long a connection may take to stand, TLS included. */
    public void setConnectTimeout(long connectTimeout) {
        this.connectTimeout = connectTimeout;
    }

    public long getRequestTimeout() {
        return requestTimeout;
    }

    /** How long one request may take until its whole answer is there, body included. When a list is streamed: until its next bytes are there. */
    public void setRequestTimeout(long requestTimeout) {
        this.requestTimeout = requestTimeout;
    }

    public long getOperationTimeout() {
        return operationTimeout;
    }

    /** How long an operation may take, retries and waits included; in an upsert of a List, each of its writes. What then has not been sent fails as not sent. */
    public void setOperationTimeout(long operationTimeout) {
        this.operationTimeout = operationTimeout;
    }

    public int getMaximumRetries() {
        return maximumRetries;
    }

    /** How often a call is sent again, where that cannot do anything twice: after a connection that did not stand, after 429, and for reads, replacements and deletions also after a missing or broken answer. 0 for never. */
    public void setMaximumRetries(int maximumRetries) {
        this.maximumRetries = maximumRetries;
    }

    public long getRetryDelay() {
        return retryDelay;
    }

    /** The longest delay before the first retry. The real one is random below it, and it doubles with each retry. */
    public void setRetryDelay(long retryDelay) {
        this.retryDelay = retryDelay;
    }

    public long getMaximumRetryDelay() {
        return maximumRetryDelay;
    }

    /** The longest delay before any retry. */
    public void setMaximumRetryDelay(long maximumRetryDelay) {
        this.maximumRetryDelay = maximumRetryDelay;
    }

    public long getMaximumRetryAfter() {
        return maximumRetryAfter;
    }

    /** The longest pause the API may ask for by Retry-After; a call that is told to wait longer fails at once, and says how long. */
    public void setMaximumRetryAfter(long maximumRetryAfter) {
        this.maximumRetryAfter = maximumRetryAfter;
    }

    public int getRequestsPerSecond() {
        return requestsPerSecond;
    }

    /** How many requests per second the account may have for long. The same in all endpoints of an account. */
    public void setRequestsPerSecond(int requestsPerSecond) {
        this.requestsPerSecond = requestsPerSecond;
    }

    public int getRequestBurst() {
        return requestBurst;
    }

    /** How many requests the account may have at once after a time without. The same in all endpoints of an account. */
    public void setRequestBurst(int requestBurst) {
        this.requestBurst = requestBurst;
    }

    public int getMaxQueuedRequests() {
        return maxQueuedRequests;
    }

    /** How many requests of the account may wait for their turn; more fail at once. The same in all endpoints of an account. */
    public void setMaxQueuedRequests(int maxQueuedRequests) {
        this.maxQueuedRequests = maxQueuedRequests;
    }

    public int getMaxConcurrentRequests() {
        return maxConcurrentRequests;
    }

    /** How many requests of the account run at once, and so how many connections are kept. The same in all endpoints of an account. */
    public void setMaxConcurrentRequests(int maxConcurrentRequests) {
        this.maxConcurrentRequests = maxConcurrentRequests;
    }

    public int getMaximumResponseSize() {
        return maximumResponseSize;
    }

    /** The longest answer that is taken into memory, in bytes. Streamed lists are not limited. */
    public void setMaximumResponseSize(int maximumResponseSize) {
        this.maximumResponseSize = maximumResponseSize;
    }

    public IntegratorioOperation getOperation() {
        return operation;
    }

    /** What to do. connectors: list, get, create, update, delete. licenses: also expire and upsert. installBase: list, pushUpdate. */
    public void setOperation(IntegratorioOperation operation) {
        this.operation = operation;
    }

    public String getConnectorId() {
        return connectorId;
    }

    /** The id of the connector to work on, or to watch. A consumer may watch several, separated by commas, and watches all connectors of the account when there is none. */
    public void setConnectorId(String connectorId) {
        this.connectorId = connectorId;
    }

    public String getLicenseId() {
        return licenseId;
    }

    /** The id of the license to work on. */
    public void setLicenseId(String licenseId) {
        this.licenseId = licenseId;
    }

    public String getEmail() {
        return email;
    }

    /** The user's e-mail address: whose license to create or expire, when the body or licenseId does not say. */
    public void setEmail(String email) {
        this.email = email;
    }

    public String getExpires() {
        return expires;
    }

    /** The expiry of the license, instead of the body's: a date and time with a zone such as 2027-01-31T12:00:00Z, or an ISO-8601 duration from now such as P30D. */
    public void setExpires(String expires) {
        this.expires = expires;
    }

    public OutputType getOutputType() {
        return outputType;
    }

    /** What the body is after a call, and of a change: model objects (License, Connector, Installation), Maps, or JSON text. */
    public void setOutputType(OutputType outputType) {
        this.outputType = outputType;
    }

    public boolean isStreaming() {
        return streaming;
    }

    /** Whether a list becomes an Iterator that reads rows as they are asked for, for split(body()).streaming(), and never holds the whole list. */
    public void setStreaming(boolean streaming) {
        this.streaming = streaming;
    }

    public UpdateMode getUpdateMode() {
        return updateMode;
    }

    /** Whether update replaces the whole document, so that what the body leaves out is erased, or reads it first and keeps what the body leaves out. When merging, null in the body erases a field. */
    public void setUpdateMode(UpdateMode updateMode) {
        this.updateMode = updateMode;
    }

    public NotFoundBehaviour getNotFoundBehaviour() {
        return notFoundBehaviour;
    }

    /** What get comes to when there is no such document, and delete when it is gone already: an exception, or a null body. */
    public void setNotFoundBehaviour(NotFoundBehaviour notFoundBehaviour) {
        this.notFoundBehaviour = notFoundBehaviour;
    }
}
