package io.github.integratorio.camel.api;

import java.util.Set;

import org.apache.camel.RuntimeCamelException;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;
import org.apache.camel.support.jsse.SSLContextParameters;

/** Options of the component and its endpoints. */
@UriParams
public class IntegratorioConfiguration extends ConsumerConfiguration implements Cloneable {

    @UriParam(label = "security", secret = true,
            description = "API token of the account, without the Bearer prefix. Required unless accessTokenSupplier is set.")
    private String accessToken;
    @UriParam(label = "security",
            description = "Bean that supplies the API token, used instead of accessToken. Called before the first request and once more whenever the API rejects the token.")
    private AccessTokenSupplier accessTokenSupplier;
    @UriParam(label = "common", enums = "US,EU,AU,CA", defaultValue = "US",
            description = "Region of the account. A token is valid in one region only.")
    private Region region;
    @UriParam(label = "advanced",
            description = "Base URL of the API, used instead of region. Must be https; http is accepted for localhost or with allowInsecureHttp=true.")
    private String baseUrl;
    @UriParam(label = "security", defaultValue = "false",
            description = "Allow http in baseUrl for hosts other than localhost. The token is then sent in clear text.")
    private boolean allowInsecureHttp;
    @UriParam(label = "security",
            description = "TLS configuration: the trusted server certificates and the client certificate to present.")
    private SSLContextParameters sslContextParameters;
    @UriParam(label = "proxy",
            description = "Host of the HTTP proxy for all requests.")
    private String proxyHost;
    @UriParam(label = "proxy",
            description = "Port of the HTTP proxy. Required with proxyHost.")
    private int proxyPort;
    @UriParam(label = "advanced",
            description = "Bean that customizes the Apache HttpClient 5 builder before the client is created. It cannot enable retries, redirects or cookies. One that sets a connection manager is responsible for TLS and host names.")
    private HttpClientCustomizer httpClientCustomizer;
    @UriParam(label = "advanced", defaultValue = "10s", javaType = "java.time.Duration",
            description = "Timeout for opening a connection, including the TLS handshake; through a proxy, requestTimeout.")
    private long connectTimeout = 10_000;
    @UriParam(label = "advanced", defaultValue = "30s", javaType = "java.time.Duration",
            description = "Timeout for one request, until the whole response body has arrived. For a streamed list, until the next bytes arrive.")
    private long requestTimeout = 30_000;
    @UriParam(label = "advanced", defaultValue = "2m", javaType = "java.time.Duration",
            description = "Timeout for the whole operation, including queueing and retries (per write in an upsert of a List). Requests not sent by then are never sent.")
    private long operationTimeout = 120_000;
    @UriParam(label = "advanced", defaultValue = "5",
            description = "Maximum number of retries. Connection failures and 429 are retried for every call; lost or invalid responses for all calls except create and pushUpdate. 0 disables retries.")
    private int maxRetries = 5;
    @UriParam(label = "advanced", defaultValue = "200ms", javaType = "java.time.Duration",
            description = "Upper limit of the delay before the first retry. The limit doubles with each retry; the delay itself is random between 0 and the limit.")
    private long retryDelay = 200;
    @UriParam(label = "advanced", defaultValue = "10s", javaType = "java.time.Duration",
            description = "Upper limit of the delay before any retry.")
    private long maxRetryDelay = 10_000;
    @UriParam(label = "advanced", defaultValue = "1m", javaType = "java.time.Duration",
            description = "Longest pause of the account that a Retry-After of the API begins. If the API asks for more, one request goes out after this time to see whether it answers again. More than an hour counts as a response without Retry-After.")
    private long maxRetryAfter = 60_000;
    @UriParam(label = "advanced", defaultValue = "300",
            description = "Sustained request rate of the account. All endpoints of an account must use the same value.")
    private int requestsPerSecond = 300;
    @UriParam(label = "advanced", defaultValue = "1000",
            description = "Burst size: requests allowed back to back after an idle period. All endpoints of an account must use the same value.")
    private int requestBurst = 1000;
    @UriParam(label = "advanced", defaultValue = "50000",
            description = "Maximum number of the account's requests waiting to be sent; further requests fail immediately. All endpoints of an account must use the same value.")
    private int maxQueuedRequests = 50_000;
    @UriParam(label = "advanced", defaultValue = "64",
            description = "Maximum number of the account's requests in flight. A streamed list counts only until it begins; then it holds a connection of its own, and at most twice as many lists (at least 64) are streamed at the same time. All endpoints of an account must use the same value.")
    private int maxConcurrentRequests = 64;
    @UriParam(label = "advanced", defaultValue = "33554432",
            description = "Maximum size of a response held in memory, in bytes. Streamed lists are not limited.")
    private int maxResponseSize = 32 * 1024 * 1024;
    @UriParam(label = "advanced",
            description = "Number of rows to ask for in each page of a list, sent as limit. By default, or with 0, nothing is asked for, and the API decides.")
    private int pageSize;
    @UriParam(label = "producer,advanced", defaultValue = "1m", javaType = "java.time.Duration",
            description = "How long an upsert or expire by e-mail uses the license that the last read list showed for the user, instead of reading the list again. It always confirms by reading that license. 0 reads the list each time.")
    private long licenseIndexMaxAge = 60_000;
    @UriParam(label = "advanced",
            description = "Memory that responses may occupy together until they are processed, in bytes. Further responses wait, and the server with them, but a single one may always have maxResponseSize. By default a sixteenth of the Java heap.")
    private long maxBufferedBytes;
    @UriParam(label = "producer", enums = "LIST,GET,CREATE,UPDATE,DELETE,PUSH_UPDATE,EXPIRE,UPSERT,RECONCILE",
            description = "Operation to run. connectors: list, get, create, update, delete. licenses: the same, expire, upsert and reconcile. installBase: list, pushUpdate.")
    private IntegratorioOperation operation;
    @UriParam(label = "common",
            description = "Id of the connector. A consumer accepts several, separated by commas; without any, it watches all connectors of the account.")
    private String connectorId;
    @UriParam(label = "producer",
            description = "Id of the license.")
    private String licenseId;
    @UriParam(label = "producer",
            description = "E-mail address of the user whose license to create, upsert or expire, if neither the body nor licenseId identifies it.")
    private String email;
    @UriParam(label = "producer", defaultValue = "false",
            description = "Whether create, upsert and expire by e-mail are for the user's sandbox license, if the body does not tell. A user may have a production and a sandbox license of one connector.")
    private boolean sandbox;
    @UriParam(label = "producer",
            description = "Expiry of the license, used instead of the one in the body: a date and time with a zone such as 2027-01-31T12:00:00Z, or an ISO-8601 duration from now such as P30D. If not set, expire uses the current time.")
    private String expires;
    @UriParam(label = "producer",
            description = "Order number of a create or upsert. A repeated order sends no second creation: it returns the license of the first, or fails as ambiguous if it cannot tell. If not set, an upsert uses the user as its key, as does the upsert of a List in any case, and a create is not claimed.")
    private String idempotencyKey;
    @UriParam(label = "producer",
            description = "Repository that claims a creation before it is sent, so that one order makes one license across crashes, broker redelivery and nodes: any Camel repository whose add method is atomic for all nodes, such as JDBC, Infinispan or Hazelcast. It claims each create that has an idempotencyKey, and each upsert that creates. If not set, the memory of this JVM keeps the claims of the idempotencyKeys.")
    private IdempotentRepository idempotentRepository;
    @UriParam(label = "common", defaultValue = "MODEL", enums = "MODEL,MAP,JSON",
            description = "Type of the message body in results and changes: model objects (License, Connector, Installation), Maps, or JSON text.")
    private OutputType outputType = OutputType.MODEL;
    @UriParam(label = "producer", defaultValue = "false",
            description = "Return a list as an Iterator that reads rows on demand, for split(body()).streaming(), instead of holding the whole list in memory. The Iterator of a reconcile does the work while it is read, and has each license as it is done.")
    private boolean streaming;
    @UriParam(label = "producer", defaultValue = "REPLACE", enums = "REPLACE,MERGE",
            description = "Handling of fields that the body of an update leaves out: REPLACE erases them, MERGE reads the document first and keeps them. With MERGE, null in the body erases a field.")
    private UpdateMode updateMode = UpdateMode.REPLACE;
    @UriParam(label = "producer", defaultValue = "false",
            description = "Compare only: read what the operation reads, check what it checks, and write nothing. The outcome says what would happen, the body is the license as it would be, and the header CamelIntegratorioDifferences has the fields that would change. Supported for licenses: update, delete, expire, upsert, reconcile.")
    private boolean dryRun;
    @UriParam(label = "producer", defaultValue = "KEEP", enums = "KEEP,EXPIRE,FAIL",
            description = "Handling of valid licenses whose user is not in the list of a reconcile: KEEP leaves and counts them, EXPIRE ends them, FAIL refuses the list before anything is written. Child licenses are left alone in any case.")
    private UnknownLicenses unknownLicenses = UnknownLicenses.KEEP;
    @UriParam(label = "producer,advanced", defaultValue = "20",
            description = "Percentage of the valid licenses that a reconcile may end, because their users are not in the list or it gives them an expiry in the past. A list that would end more, and more than 5, is refused before anything is written.")
    private int massExpiryLimit = 20;
    @UriParam(label = "producer", defaultValue = "EXCEPTION", enums = "EXCEPTION,NULL",
            description = "How get and delete handle a 404: throw an exception, or return a null body.")
    private NotFoundBehaviour notFoundBehaviour = NotFoundBehaviour.EXCEPTION;

    /** Returns a copy, so that an endpoint's options do not change the component's. */
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

    /** API token of the account, without the Bearer prefix. Required unless accessTokenSupplier is set. */
    public void setAccessToken(String accessToken) {
        this.accessToken = accessToken;
    }

    public AccessTokenSupplier getAccessTokenSupplier() {
        return accessTokenSupplier;
    }

    /** Bean that supplies the API token, used instead of accessToken. Called before the first request and once more whenever the API rejects the token. */
    public void setAccessTokenSupplier(AccessTokenSupplier accessTokenSupplier) {
        this.accessTokenSupplier = accessTokenSupplier;
    }

    public Region getRegion() {
        return region;
    }

    /** Region of the account. A token is valid in one region only. */
    public void setRegion(Region region) {
        this.region = region;
    }

    public String getBaseUrl() {
        return baseUrl;
    }

    /** Base URL of the API, used instead of region. Must be https; http is accepted for localhost or with allowInsecureHttp=true. */
    public void setBaseUrl(String baseUrl) {
        this.baseUrl = baseUrl;
    }

    public boolean isAllowInsecureHttp() {
        return allowInsecureHttp;
    }

    /** Allow http in baseUrl for hosts other than localhost. The token is then sent in clear text. */
    public void setAllowInsecureHttp(boolean allowInsecureHttp) {
        this.allowInsecureHttp = allowInsecureHttp;
    }

    public SSLContextParameters getSslContextParameters() {
        return sslContextParameters;
    }

    /** TLS configuration: the trusted server certificates and the client certificate to present. */
    public void setSslContextParameters(SSLContextParameters sslContextParameters) {
        this.sslContextParameters = sslContextParameters;
    }

    public String getProxyHost() {
        return proxyHost;
    }

    /** Host of the HTTP proxy for all requests. */
    public void setProxyHost(String proxyHost) {
        this.proxyHost = proxyHost;
    }

    public int getProxyPort() {
        return proxyPort;
    }

    /** Port of the HTTP proxy. Required with proxyHost. */
    public void setProxyPort(int proxyPort) {
        this.proxyPort = proxyPort;
    }

    public HttpClientCustomizer getHttpClientCustomizer() {
        return httpClientCustomizer;
    }

    /** Bean that customizes the Apache HttpClient 5 builder before the client is created. It cannot enable retries, redirects or cookies. */
    public void setHttpClientCustomizer(HttpClientCustomizer httpClientCustomizer) {
        this.httpClientCustomizer = httpClientCustomizer;
    }

    public long getConnectTimeout() {
        return connectTimeout;
    }

    /** Timeout for opening a connection, including the TLS handshake; through a proxy, requestTimeout. */
    public void setConnectTimeout(long connectTimeout) {
        this.connectTimeout = connectTimeout;
    }

    public long getRequestTimeout() {
        return requestTimeout;
    }

    /** Timeout for one request, until the whole response body has arrived. For a streamed list, until the next bytes arrive. */
    public void setRequestTimeout(long requestTimeout) {
        this.requestTimeout = requestTimeout;
    }

    public long getOperationTimeout() {
        return operationTimeout;
    }

    /** Timeout for the whole operation, including queueing and retries (per write in an upsert of a List). Requests not sent by then are never sent. */
    public void setOperationTimeout(long operationTimeout) {
        this.operationTimeout = operationTimeout;
    }

    public int getMaxRetries() {
        return maxRetries;
    }

    /** Maximum number of retries. Connection failures and 429 are retried for every call; lost or invalid responses for all calls except create and pushUpdate. 0 disables retries. */
    public void setMaxRetries(int maxRetries) {
        this.maxRetries = maxRetries;
    }

    public long getRetryDelay() {
        return retryDelay;
    }

    /** Upper limit of the delay before the first retry. The limit doubles with each retry; the delay itself is random between 0 and the limit. */
    public void setRetryDelay(long retryDelay) {
        this.retryDelay = retryDelay;
    }

    public long getMaxRetryDelay() {
        return maxRetryDelay;
    }

    /** Upper limit of the delay before any retry. */
    public void setMaxRetryDelay(long maxRetryDelay) {
        this.maxRetryDelay = maxRetryDelay;
    }

    public long getMaxRetryAfter() {
        return maxRetryAfter;
    }

    /** Longest pause of the account that a Retry-After of the API begins. If the API asks for more, one request goes out after this time to see whether it answers again. More than an hour counts as a response without Retry-After. */
    public void setMaxRetryAfter(long maxRetryAfter) {
        this.maxRetryAfter = maxRetryAfter;
    }

    public int getRequestsPerSecond() {
        return requestsPerSecond;
    }

    /** Sustained request rate of the account. All endpoints of an account must use the same value. */
    public void setRequestsPerSecond(int requestsPerSecond) {
        this.requestsPerSecond = requestsPerSecond;
    }

    public int getRequestBurst() {
        return requestBurst;
    }

    /** Burst size: requests allowed back to back after an idle period. All endpoints of an account must use the same value. */
    public void setRequestBurst(int requestBurst) {
        this.requestBurst = requestBurst;
    }

    public int getMaxQueuedRequests() {
        return maxQueuedRequests;
    }

    /** Maximum number of the account's requests waiting to be sent; further requests fail immediately. All endpoints of an account must use the same value. */
    public void setMaxQueuedRequests(int maxQueuedRequests) {
        this.maxQueuedRequests = maxQueuedRequests;
    }

    public int getMaxConcurrentRequests() {
        return maxConcurrentRequests;
    }

    /** Maximum number of the account's requests in flight. A streamed list counts only until it begins; then it holds a connection of its own, and at most twice as many lists (at least 64) are streamed at the same time. All endpoints of an account must use the same value. */
    public void setMaxConcurrentRequests(int maxConcurrentRequests) {
        this.maxConcurrentRequests = maxConcurrentRequests;
    }

    public int getMaxResponseSize() {
        return maxResponseSize;
    }

    /** Maximum size of a response held in memory, in bytes. Streamed lists are not limited. */
    public void setMaxResponseSize(int maxResponseSize) {
        this.maxResponseSize = maxResponseSize;
    }

    public int getPageSize() {
        return pageSize;
    }

    /** Number of rows to ask for in each page of a list, sent as limit. By default, or with 0, nothing is asked for, and the API decides. */
    public void setPageSize(int pageSize) {
        this.pageSize = pageSize;
    }

    public long getLicenseIndexMaxAge() {
        return licenseIndexMaxAge;
    }

    /** How long an upsert or expire by e-mail uses the license that the last read list showed for the user, instead of reading the list again. It always confirms by reading that license. 0 reads the list each time. */
    public void setLicenseIndexMaxAge(long licenseIndexMaxAge) {
        this.licenseIndexMaxAge = licenseIndexMaxAge;
    }

    public long getMaxBufferedBytes() {
        return maxBufferedBytes;
    }

    /** Memory that responses may occupy together until they are processed, in bytes. Further responses wait, and the server with them, but a single one may always have maxResponseSize. By default a sixteenth of the Java heap. */
    public void setMaxBufferedBytes(long maxBufferedBytes) {
        this.maxBufferedBytes = maxBufferedBytes;
    }

    public IntegratorioOperation getOperation() {
        return operation;
    }

    /** Operation to run. connectors: list, get, create, update, delete. licenses: the same, expire, upsert and reconcile. installBase: list, pushUpdate. */
    public void setOperation(IntegratorioOperation operation) {
        this.operation = operation;
    }

    public String getConnectorId() {
        return connectorId;
    }

    /** Id of the connector. A consumer accepts several, separated by commas; without any, it watches all connectors of the account. */
    public void setConnectorId(String connectorId) {
        this.connectorId = connectorId;
    }

    /** Returns the ids in connectorId, in their order; empty if it is not set. */
    public Set<String> connectorIds() {
        return names(connectorId);
    }

    public String getLicenseId() {
        return licenseId;
    }

    /** Id of the license. */
    public void setLicenseId(String licenseId) {
        this.licenseId = licenseId;
    }

    public String getEmail() {
        return email;
    }

    /** E-mail address of the user whose license to create, upsert or expire, if neither the body nor licenseId identifies it. */
    public void setEmail(String email) {
        this.email = email;
    }

    public boolean isSandbox() {
        return sandbox;
    }

    /** Whether create, upsert and expire by e-mail are for the user's sandbox license, if the body does not tell. A user may have a production and a sandbox license of one connector. */
    public void setSandbox(boolean sandbox) {
        this.sandbox = sandbox;
    }

    public String getExpires() {
        return expires;
    }

    /** Expiry of the license, used instead of the one in the body: a date and time with a zone such as 2027-01-31T12:00:00Z, or an ISO-8601 duration from now such as P30D. If not set, expire uses the current time. */
    public void setExpires(String expires) {
        this.expires = expires;
    }

    public String getIdempotencyKey() {
        return idempotencyKey;
    }

    /** Order number of a create or upsert. A repeated order sends no second creation: it returns the license of the first, or fails as ambiguous if it cannot tell. If not set, an upsert uses the user as its key, as does the upsert of a List in any case, and a create is not claimed. */
    public void setIdempotencyKey(String idempotencyKey) {
        this.idempotencyKey = idempotencyKey;
    }

    public IdempotentRepository getIdempotentRepository() {
        return idempotentRepository;
    }

    /** Repository that claims a creation before it is sent, so that one order makes one license across crashes, broker redelivery and nodes: any Camel repository whose add method is atomic for all nodes, such as JDBC, Infinispan or Hazelcast. It claims each create that has an idempotencyKey, and each upsert that creates. If not set, the memory of this JVM keeps the claims of the idempotencyKeys. */
    public void setIdempotentRepository(IdempotentRepository idempotentRepository) {
        this.idempotentRepository = idempotentRepository;
    }

    public OutputType getOutputType() {
        return outputType;
    }

    /** Type of the message body in results and changes: model objects (License, Connector, Installation), Maps, or JSON text. */
    public void setOutputType(OutputType outputType) {
        this.outputType = outputType;
    }

    public boolean isStreaming() {
        return streaming;
    }

    /** Return a list as an Iterator that reads rows on demand, for split(body()).streaming(), instead of holding the whole list in memory. The Iterator of a reconcile does the work while it is read, and has each license as it is done. */
    public void setStreaming(boolean streaming) {
        this.streaming = streaming;
    }

    public boolean isDryRun() {
        return dryRun;
    }

    /** Compare only: read what the operation reads, check what it checks, and write nothing. The outcome says what would happen, the body is the license as it would be, and the header CamelIntegratorioDifferences has the fields that would change. Supported for licenses: update, delete, expire, upsert, reconcile. */
    public void setDryRun(boolean dryRun) {
        this.dryRun = dryRun;
    }

    public UnknownLicenses getUnknownLicenses() {
        return unknownLicenses;
    }

    /** Handling of valid licenses whose user is not in the list of a reconcile: KEEP leaves and counts them, EXPIRE ends them, FAIL refuses the list before anything is written. Child licenses are left alone in any case. */
    public void setUnknownLicenses(UnknownLicenses unknownLicenses) {
        this.unknownLicenses = unknownLicenses;
    }

    public int getMassExpiryLimit() {
        return massExpiryLimit;
    }

    /** Percentage of the valid licenses that a reconcile may end, because their users are not in the list or it gives them an expiry in the past. A list that would end more, and more than 5, is refused before anything is written. */
    public void setMassExpiryLimit(int massExpiryLimit) {
        this.massExpiryLimit = massExpiryLimit;
    }

    public UpdateMode getUpdateMode() {
        return updateMode;
    }

    /** Handling of fields that the body of an update leaves out: REPLACE erases them, MERGE reads the document first and keeps them. With MERGE, null in the body erases a field. */
    public void setUpdateMode(UpdateMode updateMode) {
        this.updateMode = updateMode;
    }

    public NotFoundBehaviour getNotFoundBehaviour() {
        return notFoundBehaviour;
    }

    /** How get and delete handle a 404: throw an exception, or return a null body. */
    public void setNotFoundBehaviour(NotFoundBehaviour notFoundBehaviour) {
        this.notFoundBehaviour = notFoundBehaviour;
    }
}
