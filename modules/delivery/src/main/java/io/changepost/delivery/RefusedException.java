package io.changepost.delivery;

/** Carries a {@link Refusal} out of the parsing of a URL. */
final class RefusedException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient Refusal refusal;

  RefusedException(String code, String message) {
    super(code, null, false, false);
    this.refusal = new Refusal(code, message);
  }

  Refusal refusal() {
    return refusal;
  }
}
