package io.changepost.delivery;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.Locale;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.jspecify.annotations.Nullable;

/**
 * Puts what went wrong with TLS into one of a few fixed phrases that the endpoint's owner can act
 * on.
 */
final class TlsReason {

  static final String SELF_SIGNED = "self-signed certificate";
  static final String UNKNOWN_AUTHORITY = "unknown certificate authority";
  static final String EXPIRED = "certificate expired";
  static final String NOT_YET_VALID = "certificate not yet valid";
  static final String REVOKED = "certificate revoked";
  static final String WEAK = "weak certificate";
  static final String WRONG_NAME = "certificate is for another name";
  static final String PROTOCOL = "protocol version below 1.2";
  static final String CLIENT_CERTIFICATE = "client certificate wanted";
  static final String NOT_TLS = "no TLS on this port";
  static final String CLOSED = "connection closed in the handshake";
  static final String TIMEOUT = "handshake timeout";
  static final String HANDSHAKE = "handshake failure";

  private TlsReason() {}

  /** The reason behind a failed handshake, or behind an alert that came later. */
  static String of(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof TlsException known) {
        return known.reason();
      }
      if (t instanceof JudgingTrustManager.UntrustedException untrusted) {
        return untrusted.reason();
      }
      if (t instanceof GeneralSecurityException) {
        // What is behind it is no socket, but bytes that could not be read.
        break;
      }
      if (t instanceof SSLPeerUnverifiedException) {
        return WRONG_NAME;
      }
      if (t instanceof SocketTimeoutException) {
        return TIMEOUT;
      }
      if (t instanceof EOFException
          || t instanceof NoHttpResponseException
          || t instanceof ConnectionClosedException
          || t.getClass() == SocketException.class
          || t.getClass() == IOException.class) {
        return CLOSED;
      }
    }
    return ofText(String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT));
  }

  /** The JDK gives an alert's name in the message alone. */
  private static String ofText(String message) {
    if (message.contains("protocol_version") || message.contains("protocol version")) {
      return PROTOCOL;
    }
    if (message.contains("certificate_required") || message.contains("bad_certificate")) {
      return CLIENT_CERTIFICATE;
    }
    if (message.contains("unrecognized ssl message") || message.contains("plaintext connection")) {
      return NOT_TLS;
    }
    return HANDSHAKE;
  }

  /** Why a chain of certificates was not trusted. */
  static String ofChain(X509Certificate[] chain, Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      String reason = ofCertificate(t);
      if (reason != null) {
        return reason;
      }
    }
    boolean selfSigned =
        chain.length > 0
            && chain[0].getSubjectX500Principal().equals(chain[0].getIssuerX500Principal());
    return selfSigned ? SELF_SIGNED : UNKNOWN_AUTHORITY;
  }

  private static @Nullable String ofCertificate(Throwable t) {
    if (t instanceof CertificateExpiredException) {
      return EXPIRED;
    }
    if (t instanceof CertificateNotYetValidException) {
      return NOT_YET_VALID;
    }
    if (t instanceof CertPathValidatorException path) {
      Object reason = path.getReason();
      if (reason == BasicReason.EXPIRED) {
        return EXPIRED;
      }
      if (reason == BasicReason.REVOKED) {
        return REVOKED;
      }
      if (reason == BasicReason.ALGORITHM_CONSTRAINED) {
        return WEAK;
      }
    }
    return String.valueOf(t.getMessage()).contains("algorithm constraints") ? WEAK : null;
  }
}
