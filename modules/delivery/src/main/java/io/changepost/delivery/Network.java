package io.changepost.delivery;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/**
 * A range of IPv4 or IPv6 addresses, written as CIDR.
 *
 * @param address any address of it
 * @param prefix how many leading bits all its addresses share
 */
public record Network(InetAddress address, int prefix) {

  /** Refuses a prefix that the address cannot have. */
  public Network {
    if (prefix < 0 || prefix > address.getAddress().length * 8) {
      throw new IllegalArgumentException("a network's prefix cannot be " + prefix);
    }
  }

  /**
   * Reads {@code 10.0.0.0/8} or {@code fd00::/8}; an address alone is a network of one. Never asks
   * a resolver.
   *
   * @throws IllegalArgumentException that shows the text
   */
  public static Network parse(String text) {
    String trimmed = text.trim();
    int slash = trimmed.indexOf('/');
    String address = slash < 0 ? trimmed : trimmed.substring(0, slash);
    InetAddress parsed =
        AddressLiteral.parse(address)
            .orElseThrow(() -> new IllegalArgumentException(describe(text)));
    if (slash < 0) {
      return new Network(parsed, parsed.getAddress().length * 8);
    }
    String bits = trimmed.substring(slash + 1);
    if (!bits.matches("[0-9]{1,3}") || Integer.parseInt(bits) > parsed.getAddress().length * 8) {
      throw new IllegalArgumentException(describe(text));
    }
    return new Network(parsed, Integer.parseInt(bits));
  }

  /** Reads networks separated by commas; blank text gives none. */
  public static List<Network> parseList(String text) {
    return text.isBlank()
        ? List.of()
        : Arrays.stream(text.split(",", -1)).map(Network::parse).toList();
  }

  private static String describe(String text) {
    return "'" + text + "' is no network; write an address and a prefix, such as 10.0.0.0/8";
  }

  /** True where {@code other} is of the same family and in this range. */
  public boolean contains(InetAddress other) {
    return contains(other.getAddress());
  }

  boolean contains(byte[] other) {
    byte[] own = address.getAddress();
    if (own.length != other.length) {
      return false;
    }
    int whole = prefix / 8;
    for (int i = 0; i < whole; i++) {
      if (own[i] != other[i]) {
        return false;
      }
    }
    int mask = 0xff00 >> (prefix % 8) & 0xff;
    return mask == 0 || (own[whole] & mask) == (other[whole] & mask);
  }

  /** The CIDR form. */
  @Override
  public String toString() {
    return address.getHostAddress() + "/" + prefix;
  }
}
