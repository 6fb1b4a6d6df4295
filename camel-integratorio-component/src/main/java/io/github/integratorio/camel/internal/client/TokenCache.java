package io.github.integratorio.camel.internal.client;

/** The current access token: asked from its source once, and again after the API has refused it. */
final class TokenCache {

    private final TokenSource source;
    private volatile String token;

    TokenCache(TokenSource source) {
        this.source = source;
    }

    /**
     * The token to send.
     *
     * @throws IllegalArgumentException if there is no token, or it cannot be sent
     */
    String read() {
        String known = token;
        if (known == null) {
            synchronized (this) {
                if (token == null) {
                    token = source.read();
                }
                known = token;
            }
        }
        return known;
    }

    /**
     * Asks the source again, unless another call has done so already.
     *
     * @param  refused the token that the API refused
     * @return         whether there is a different token now
     */
    synchronized boolean renew(String refused) {
        if (refused.equals(token)) {
            token = source.read();
        }
        return !refused.equals(token);
    }

    /** Whether the source can give another token. */
    boolean isRenewable() {
        return source.supplier() != null;
    }
}
