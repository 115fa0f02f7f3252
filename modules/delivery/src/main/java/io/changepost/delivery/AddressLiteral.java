package io.changepost.delivery;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** Reads addresses that are written out, and only their plain forms; never asks a resolver. */
final class AddressLiteral {

  private AddressLiteral() {}

  /** Four decimal numbers without leading zeros, or IPv6 without brackets and zone. */
  static Optional<InetAddress> parse(String text) {
    try {
      if (text.indexOf(':') >= 0) {
        boolean plain =
            text.chars().allMatch(c -> Character.digit(c, 16) >= 0 || ".:".indexOf(c) >= 0);
        // With the brackets the JDK reads a literal or throws; without, it might ask a resolver.
        return plain && text.chars().allMatch(c -> c < 0x80)
            ? Optional.of(InetAddress.getByName("[" + text + "]"))
            : Optional.empty();
      }
      byte[] bytes = quad(text);
      return bytes.length == 0 ? Optional.empty() : Optional.of(InetAddress.getByAddress(bytes));
    } catch (UnknownHostException notAnAddress) {
      return Optional.empty();
    }
  }

  private static byte[] quad(String text) {
    byte[] bytes = new byte[4];
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) {
      return new byte[0];
    }
    for (int i = 0; i < 4; i++) {
      String part = parts[i];
      boolean digits = part.chars().allMatch(c -> c >= '0' && c <= '9');
      if (part.isEmpty()
          || part.length() > 3
          || !digits
          || (part.length() > 1 && part.charAt(0) == '0')) {
        return new byte[0];
      }
      int value = Integer.parseInt(part);
      if (value > 255) {
        return new byte[0];
      }
      bytes[i] = (byte) value;
    }
    return bytes;
  }
}
