package io.changepost.api;

/**
 * What is wrong with one field.
 *
 * @param field such as {@code subscriptions[0].object}; empty for the body as a whole
 * @param message for a person
 * @param malformed true where it is no valid input at all (400), false where a value is refused
 *     (422)
 */
record FieldError(String field, String message, boolean malformed) {

  static FieldError malformed(String field, String message) {
    return new FieldError(field, message, true);
  }

  static FieldError refused(String field, String message) {
    return new FieldError(field, message, false);
  }
}
