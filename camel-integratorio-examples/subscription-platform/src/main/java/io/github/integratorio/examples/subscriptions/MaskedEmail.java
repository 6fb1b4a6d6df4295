package io.github.integratorio.examples.subscriptions;

/** Masks e-mail addresses for output. */
final class MaskedEmail {

    private MaskedEmail() {
    }

    /** Returns the address without the local part. */
    static String of(String email) {
        int at = email.indexOf('@');
        return at < 1 ? "***" : email.charAt(0) + "***" + email.substring(at);
    }
}
