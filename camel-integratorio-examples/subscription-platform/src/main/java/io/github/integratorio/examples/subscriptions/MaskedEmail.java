package io.github.integratorio.examples.subscriptions;

/** E-mail addresses as they may be shown. */
final class MaskedEmail {

    private MaskedEmail() {
    }

    /** An address without the name in it. */
    static String email(String email) {
        int at = email.indexOf('@');
        return at < 1 ? "***" : email.charAt(0) + "***" + email.substring(at);
    }
}
