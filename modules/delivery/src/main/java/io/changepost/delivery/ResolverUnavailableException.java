package io.changepost.delivery;

import java.net.UnknownHostException;

/** The resolver gave no answer for now, so nothing can be said about the host. */
final class ResolverUnavailableException extends UnknownHostException {

  private static final long serialVersionUID = 1L;

  ResolverUnavailableException(String host) {
    super(host);
  }
}
