package io.github.integratorio.camel.internal.client;

/** The token in use: asked from its supplier once, and again when the API has refused it. */
final class TokenCache {

    private final TokenSource source;
    private volatile String token;

    TokenCache(TokenSource source) {
        this.source = source;
    }

    /**
     * The token to send.
     *
     * @throws IllegalArgumentException when there is none, or it cannot be sent
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
     * Asks again, unless somebody else has done so since.
     *
     * @param  refused the token that the API refused
     * @return         whether there is another one now
     */
    synchronized boolean renew(String refused) {
        if (refused.equals(token)) {
            token = source.read();
        }
        return !refused.equals(token);
    }

    /** Whether asking again can give another one. */
    boolean isRenewable() {
        return source.supplier() != null;
    }
}
