package io.changepost.delivery;

import java.io.IOException;
import javax.net.ssl.SSLException;

/** A TLS handshake that failed, with its fixed phrase. */
final class TlsException extends SSLException {

  private static final long serialVersionUID = 1L;

  private final String reason;

  TlsException(IOException cause) {
    super("TLS handshake failed", cause);
    this.reason = TlsReason.of(cause);
  }

  String reason() {
    return reason;
  }
}
