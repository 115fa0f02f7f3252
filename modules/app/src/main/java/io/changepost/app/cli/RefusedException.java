package io.changepost.app.cli;

/** The server refused, or none answers; the message is for people and may have several lines. */
public final class RefusedException extends RuntimeException {

  private static final long serialVersionUID = 1;

  RefusedException(String message) {
    super(message);
  }
}
