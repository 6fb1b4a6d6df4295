package io.github.integratorio.camel.api;

import java.io.Serializable;

/**
 * One entry of an error response.
 *
 * @param code    stable error code, such as {@code invalid_user}; never null, empty if the API sent none
 * @param message the API's explanation in one line, with e-mail addresses masked; null if there is none
 * @param field   field of the document that caused the error; null if unknown
 */
public record ApiError(String code, String message, String field) implements Serializable {
}
