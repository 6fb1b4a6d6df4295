package io.github.integratorio.camel.api;

import java.io.Serializable;

/**
 * One entry of an error answer.
 *
 * @param code    the stable name of the error, such as {@code invalid_user}; never null, empty when the API gave none
 * @param message the API's explanation, one line, e-mail addresses masked; null when there is none
 * @param field   the field of the document that is meant; null when there is none
 */
public record ApiError(String code, String message, String field) implements Serializable {
}
