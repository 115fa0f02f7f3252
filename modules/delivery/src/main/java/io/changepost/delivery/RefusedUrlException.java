package io.changepost.delivery;

/** A stored URL that the rules of today refuse, such as plain http after https became a must. */
public final class RefusedUrlException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  RefusedUrlException(Refusal refusal) {
    super(refusal.code());
  }
}
