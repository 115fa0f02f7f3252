package io.changepost.api;

/** Who may call an operation; the words are those of {@code x-access} in openapi.yaml. */
enum Access {
  /** Anybody, without a key. */
  PUBLIC,
  /** The operator. */
  OPERATOR,
  /** An organization, or the operator on behalf of one. */
  ORGANIZATION
}
