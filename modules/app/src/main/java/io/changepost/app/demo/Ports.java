package io.changepost.app.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Loopback ports that nobody listens on at the moment of asking. */
final class Ports {

  private Ports() {}

  /** {@code wish} where it is free, else any. */
  static int freeOr(int wish) {
    return isFree(wish) ? wish : free();
  }

  static boolean isFree(int port) {
    try {
      return listening(port) == port;
    } catch (IOException taken) {
      return false;
    }
  }

  static int free() {
    try {
      return listening(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int listening(int port) throws IOException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port));
      return socket.getLocalPort();
    }
  }
}
