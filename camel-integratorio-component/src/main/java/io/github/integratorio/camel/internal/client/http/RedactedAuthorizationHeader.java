package io.github.integratorio.camel.internal.client.http;

import org.apache.hc.core5.http.message.BasicHeader;

/** The header that the HTTP library sends, but does not show when it logs what it sends. */
final class RedactedAuthorizationHeader extends BasicHeader {

    private static final long serialVersionUID = 1;

    private final transient String token;

    RedactedAuthorizationHeader(String token) {
        super("Authorization", "Bearer " + token, true);
        this.token = token;
    }

    /** Whether it is that of this token. */
    boolean holds(String other) {
        return token.equals(other);
    }

    @Override
    public String toString() {
        return "Authorization: ***";
    }
}
