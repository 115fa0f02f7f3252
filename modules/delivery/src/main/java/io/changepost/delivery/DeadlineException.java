package io.changepost.delivery;

import java.io.InterruptedIOException;

/** No status line came before the deadline of the attempt. */
final class DeadlineException extends InterruptedIOException {

  private static final long serialVersionUID = 1L;

  DeadlineException(Exception cause) {
    super("no status line before the deadline");
    initCause(cause);
  }
}
