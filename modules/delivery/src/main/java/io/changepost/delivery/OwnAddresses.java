package io.changepost.delivery;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * The addresses of this machine, so that no customer can call what listens on it. They change while
 * we run, those of IPv6 every day, so they are listed anew from time to time. Thread-safe.
 */
final class OwnAddresses {

  /** How this machine's addresses are listed; the JDK's way outside tests. */
  interface Listing {
    Set<InetAddress> list() throws SocketException;
  }

  private static final long OLDEST_NANOS = Duration.ofSeconds(30).toNanos();

  private final Listing listing;
  private final LongSupplier nanos;
  private final AtomicBoolean reading = new AtomicBoolean();
  private volatile Set<InetAddress> addresses = Set.of();
  private volatile long readAt;

  /**
   * @param nanos as of {@link System#nanoTime}
   */
  OwnAddresses(Listing listing, LongSupplier nanos) {
    this.listing = listing;
    this.nanos = nanos;
    read();
  }

  static OwnAddresses ofThisMachine() {
    return new OwnAddresses(OwnAddresses::list, System::nanoTime);
  }

  private static Set<InetAddress> list() throws SocketException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * True for an address of a list that is half a minute old at most. Where it is older, one caller
   * lists them anew, in a millisecond or so; who asks meanwhile is answered by the older one.
   */
  boolean contains(InetAddress address) {
    if (nanos.getAsLong() - readAt >= OLDEST_NANOS && reading.compareAndSet(false, true)) {
      try {
        read();
      } finally {
        reading.set(false);
      }
    }
    return addresses.contains(address);
  }

  private void read() {
    try {
      addresses = listing.list();
    } catch (SocketException noList) {
      // Private ones are refused all the same; only a new public address of our own is missed.
    }
    readAt = nanos.getAsLong();
  }
}
