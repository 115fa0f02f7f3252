package io.changepost.acceptance.matrix;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A DNS server that knows one name, whatever it is called, and changes its mind on command. */
final class NameServer implements AutoCloseable {

  private static final String ADDRESS = "127.0.0.153";
  private static final int A = 1;

  private final DatagramSocket socket;
  private volatile List<String> addresses = List.of();
  private volatile boolean silent;

  private NameServer(DatagramSocket socket) {
    this.socket = socket;
    Thread thread = new Thread(this::serve, "dns");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * @throws SocketException where the port may not be bound
   */
  static NameServer start() throws SocketException {
    return new NameServer(new DatagramSocket(new InetSocketAddress(ADDRESS, 53)));
  }

  /** The command by which a process asks this server, in a mount namespace of its own. */
  static String[] asker() throws IOException {
    Path file = Files.createTempFile("resolv", ".conf");
    Files.writeString(file, "nameserver " + ADDRESS + "\noptions timeout:1 attempts:1\n");
    return new String[] {
      "unshare", "-m", "sh", "-c", "mount --bind " + file + " /etc/resolv.conf && exec \"$@\"", "sh"
    };
  }

  /** What the name is from now on. */
  void say(String... four) {
    addresses = List.of(four);
  }

  void silence(boolean on) {
    silent = on;
  }

  private void serve() {
    byte[] buffer = new byte[512];
    while (!socket.isClosed()) {
      try {
        DatagramPacket asked = new DatagramPacket(buffer, buffer.length);
        socket.receive(asked);
        if (!silent) {
          byte[] answer = answer(buffer, asked.getLength());
          socket.send(new DatagramPacket(answer, answer.length, asked.getSocketAddress()));
        }
      } catch (IOException | RuntimeException odd) {
        // Closed, or not a question.
      }
    }
  }

  private byte[] answer(byte[] asked, int length) throws IOException {
    int end = 12;
    while (asked[end] != 0) {
      end += asked[end] + 1;
    }
    int type = ByteBuffer.wrap(asked, end + 1, 2).getShort();
    end += 5;
    List<String> told = type == A ? addresses : List.of();
    ByteBuffer out = ByteBuffer.allocate(512);
    out.put(asked, 0, 2).putShort((short) 0x8180).putShort((short) 1);
    out.putShort((short) told.size()).putShort((short) 0).putShort((short) 0);
    out.put(asked, 12, Math.min(end, length) - 12);
    for (String one : told) {
      out.putShort((short) 0xC00C).putShort((short) A).putShort((short) 1).putInt(1);
      out.putShort((short) 4).put(InetAddress.getByName(one).getAddress());
    }
    byte[] bytes = new byte[out.position()];
    out.flip().get(bytes);
    return bytes;
  }

  @Override
  public void close() {
    socket.close();
  }
}
