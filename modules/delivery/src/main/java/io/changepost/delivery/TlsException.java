package io.changepost.delivery;

import java.io.IOException;
import javax.net.ssl.SSLException;

/** A TLS handshake that failed, with its fixed phrase. */
final class TlsException extends SSLException {

  private static final long serialVersionUID = 1L;

  private final String reason;

  TlsException(IOException cause) {
    super("TLS handshake failed", cause);
    String seen = TlsReason.of(cause);
    boolean hungUp = seen.equals(TlsReason.CLOSED) || seen.equals(TlsReason.HANDSHAKE);
    this.reason = hungUp && NoClientCertificate.wasAskedFor() ? TlsReason.CLIENT_CERTIFICATE : seen;
  }

  String reason() {
    return reason;
  }
}
