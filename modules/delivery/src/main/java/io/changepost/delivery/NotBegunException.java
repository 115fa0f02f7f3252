package io.changepost.delivery;

import java.io.IOException;

/**
 * Nothing of a request was sent, because this node lacked what it takes. The message says what
 * lacked, for an operator, and names no host.
 */
final class NotBegunException extends IOException {

  private static final long serialVersionUID = 1L;

  NotBegunException(Lack lack, Exception cause) {
    super(lack.phrase(), cause);
  }
}
