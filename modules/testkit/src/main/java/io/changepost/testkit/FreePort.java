package io.changepost.testkit;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A port of the loopback that nobody listens on, for a server that is started later. It is below
 * those that systems give out themselves (from 32,768 on Linux), so that no connection and no other
 * test's endpoint gets it meanwhile. Thread-safe.
 */
public final class FreePort {

  private static final int FIRST = 10_000;
  private static final int LAST = 32_000;
  private static final int TRIES = 100;

  private FreePort() {}

  /** A port that was free a moment ago. */
  public static int next() {
    for (int i = 0; i < TRIES; i++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
      if (isFree(port)) {
        return port;
      }
    }
    throw new IllegalStateException(
        TRIES + " ports between " + FIRST + " and " + LAST + " are taken");
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (BindException taken) {
      return false;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
