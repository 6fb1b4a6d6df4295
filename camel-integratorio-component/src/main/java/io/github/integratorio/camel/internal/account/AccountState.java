package io.github.integratorio.camel.internal.account;

import io.github.integratorio.camel.internal.client.ratelimit.AccountRateLimiter;

/**
 * What all users of one token share.
 *
 * @param rateLimiter admits their requests
 * @param tokenCheck  whether the API accepts the token
 */
record AccountState(AccountRateLimiter rateLimiter, TokenCheck tokenCheck) {
}
