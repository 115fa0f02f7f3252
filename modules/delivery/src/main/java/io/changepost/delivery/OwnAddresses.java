package io.changepost.delivery;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Set;
import java.util.stream.Collectors;

/** The addresses of this machine, so that no customer can call what listens on it. */
final class OwnAddresses {

  private OwnAddresses() {}

  static Set<InetAddress> find() {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .collect(Collectors.toUnmodifiableSet());
    } catch (SocketException noList) {
      // Private ones are refused all the same; only a public address of our own is missed.
      return Set.of();
    }
  }
}
