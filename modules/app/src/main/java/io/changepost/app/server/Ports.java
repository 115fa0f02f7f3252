package io.changepost.app.server;

import io.changepost.app.settings.ServerSettings.Address;
import io.changepost.app.settings.ServerSettings.Listen;
import io.changepost.app.settings.WrongSettingException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;

/** Tries the ports before anything is started, so that a port that is taken is one clear line. */
final class Ports {

  private Ports() {}

  static void refuseTaken(Listen listen) {
    refuseTaken(listen.http());
    refuseTaken(listen.management());
  }

  private static void refuseTaken(Address address) {
    InetAddress host;
    try {
      host = InetAddress.getByName(address.host());
    } catch (UnknownHostException e) {
      throw WrongSettingException.of(
          address.setting() + ".host", address.host(), "no address is known for this name");
    }
    try (ServerSocket socket = new ServerSocket()) {
      // As the server does it: a port that a connection has just left is free.
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(host, address.port()));
    } catch (IOException e) {
      throw WrongSettingException.of(
          address.setting() + ".port",
          Integer.toString(address.port()),
          "cannot listen on "
              + address.host()
              + ":"
              + address.port()
              + ", mostly because another program does ("
              + e.getMessage()
              + "); choose another with "
              + address.portVariable());
    }
  }
}
