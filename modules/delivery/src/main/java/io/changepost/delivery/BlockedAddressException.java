package io.changepost.delivery;

import java.net.UnknownHostException;

/** A host has an address that must not be called; the message names the host alone. */
public final class BlockedAddressException extends UnknownHostException {

  private static final long serialVersionUID = 1L;

  BlockedAddressException(String host) {
    super(host);
  }
}
