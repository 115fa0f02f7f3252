package io.changepost.delivery;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Judges one address: may we call it? Public ones yes; what is private, special or our own only
 * where the operator's allow-list names it; those of clouds' metadata services never. Thread-safe,
 * and pure but for what is our own, which can change.
 *
 * <p>IPv4: refused is all that IANA's special-purpose registry does not call globally reachable,
 * and multicast. IPv6: only {@code 2000::/3} is let through, minus its special parts; an IPv4
 * address mapped into IPv6 is judged as itself, and the ways to carry one through translators and
 * tunnels (NAT64, 6to4, Teredo) are refused.
 */
public final class AddressRules {

  /** What the rules say of an address. */
  public enum Verdict {
    /** It may be called. */
    ALLOWED,
    /** It is not public and not in the allow-list. */
    BLOCKED,
    /** A metadata service, refused even where the allow-list names it. */
    METADATA
  }

  private static final List<Network> METADATA =
      networks(
          "169.254.169.254",
          "169.254.169.253",
          "169.254.170.2",
          "169.254.170.23",
          "100.100.100.200",
          "192.0.0.192",
          "168.63.129.16",
          "fd00:ec2::254",
          "fd00:ec2::253",
          "fd00:ec2::23",
          "fd20:ce::254");
  private static final List<Network> SPECIAL_V4 =
      networks(
          "0.0.0.0/8",
          "10.0.0.0/8",
          "100.64.0.0/10",
          "127.0.0.0/8",
          "169.254.0.0/16",
          "172.16.0.0/12",
          "192.0.0.0/24",
          "192.0.2.0/24",
          "192.31.196.0/24",
          "192.52.193.0/24",
          "192.88.99.0/24",
          "192.168.0.0/16",
          "192.175.48.0/24",
          "198.18.0.0/15",
          "198.51.100.0/24",
          "203.0.113.0/24",
          "224.0.0.0/4",
          "240.0.0.0/4");
  private static final Network GLOBAL_V6 = Network.parse("2000::/3");
  private static final List<Network> SPECIAL_V6 =
      networks("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20");

  private static final Network COMPATIBLE = Network.parse("::/96");
  private static final List<Network> NAT64 = networks("64:ff9b::/96", "64:ff9b:1::/48");
  private static final Network SIX_TO_FOUR = Network.parse("2002::/16");

  private final List<Network> allowed;
  private final Predicate<InetAddress> own;

  /**
   * @param allowed networks that may be called although they are not public
   * @param own this machine's addresses, refused like private ones even where they are public
   */
  public AddressRules(List<Network> allowed, Set<InetAddress> own) {
    this(allowed, Set.copyOf(own)::contains);
  }

  /**
   * @param own is asked about public addresses; must be quick
   */
  AddressRules(List<Network> allowed, Predicate<InetAddress> own) {
    this.allowed = List.copyOf(allowed);
    this.own = own;
  }

  /** The rules of a node of these settings, on this machine. */
  static AddressRules of(DeliverySettings settings) {
    return new AddressRules(settings.allowedNetworks(), OwnAddresses.ofThisMachine()::contains);
  }

  /** The verdict on one address. */
  public Verdict judge(InetAddress address) {
    byte[] bytes = unmapped(address.getAddress());
    if (isMetadata(bytes)) {
      return Verdict.METADATA;
    }
    if (isAllowListed(bytes)) {
      return Verdict.ALLOWED;
    }
    return isPublic(bytes) && !own.test(address) ? Verdict.ALLOWED : Verdict.BLOCKED;
  }

  /** True where the address may be called. */
  public boolean allows(InetAddress address) {
    return judge(address) == Verdict.ALLOWED;
  }

  /** True where the operator let the address in by name, metadata services excepted. */
  public boolean allowsByList(InetAddress address) {
    byte[] bytes = unmapped(address.getAddress());
    return isAllowListed(bytes) && !isMetadata(bytes);
  }

  private boolean isAllowListed(byte[] bytes) {
    return contains(allowed, bytes);
  }

  private static boolean isPublic(byte[] bytes) {
    return bytes.length == 4
        ? !contains(SPECIAL_V4, bytes)
        : GLOBAL_V6.contains(bytes) && !contains(SPECIAL_V6, bytes) && !isTunnel(bytes);
  }

  /** ISATAP (RFC 5214): the last four bytes are an IPv4 address behind whatever prefix. */
  private static boolean isTunnel(byte[] bytes) {
    return (bytes[8] == 0 || bytes[8] == 2)
        && bytes[9] == 0
        && bytes[10] == 0x5e
        && bytes[11] == (byte) 0xfe;
  }

  /**
   * Looks inside translated and tunnelled addresses too, so that no wide allow-list lets one in.
   */
  private static boolean isMetadata(byte[] bytes) {
    if (contains(METADATA, bytes)) {
      return true;
    }
    if (bytes.length == 4) {
      return false;
    }
    if (COMPATIBLE.contains(bytes) || contains(NAT64, bytes) || isTunnel(bytes)) {
      return contains(METADATA, Arrays.copyOfRange(bytes, 12, 16));
    }
    return SIX_TO_FOUR.contains(bytes) && contains(METADATA, Arrays.copyOfRange(bytes, 2, 6));
  }

  /** An IPv4 address that came as {@code ::ffff:a.b.c.d}, as its four bytes. */
  private static byte[] unmapped(byte[] bytes) {
    if (bytes.length == 4 || bytes[10] != -1 || bytes[11] != -1) {
      return bytes;
    }
    for (int i = 0; i < 10; i++) {
      if (bytes[i] != 0) {
        return bytes;
      }
    }
    return Arrays.copyOfRange(bytes, 12, 16);
  }

  private static boolean contains(List<Network> networks, byte[] bytes) {
    for (Network network : networks) {
      if (network.contains(bytes)) {
        return true;
      }
    }
    return false;
  }

  private static List<Network> networks(String... texts) {
    return Arrays.stream(texts).map(Network::parse).toList();
  }
}
