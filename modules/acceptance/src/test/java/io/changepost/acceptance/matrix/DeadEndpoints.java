package io.changepost.acceptance.matrix;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Many endpoints, each with a port of its own, that accept and never answer; one thread. */
final class DeadEndpoints implements AutoCloseable {

  private final Selector selector;
  private final List<ServerSocketChannel> servers = new ArrayList<>();
  private final List<SocketChannel> open = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger connections = new AtomicInteger();

  DeadEndpoints(int count) {
    try {
      selector = Selector.open();
      for (int i = 0; i < count; i++) {
        ServerSocketChannel server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        server.configureBlocking(false);
        server.register(selector, SelectionKey.OP_ACCEPT);
        servers.add(server);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread thread = new Thread(this::accept, "dead-endpoints");
    thread.setDaemon(true);
    thread.start();
  }

  String url(int number) {
    return "http://127.0.0.1:" + servers.get(number).socket().getLocalPort() + "/dead";
  }

  /** Connections made to them until now. */
  int connections() {
    return connections.get();
  }

  private void accept() {
    try {
      while (selector.isOpen()) {
        selector.select();
        for (SelectionKey key : selector.selectedKeys()) {
          SocketChannel accepted = ((ServerSocketChannel) key.channel()).accept();
          if (accepted != null) {
            connections.incrementAndGet();
            open.add(accepted);
          }
        }
        selector.selectedKeys().clear();
        if (open.size() > 4_000) {
          // The oldest were given up by the peer long ago.
          for (SocketChannel old : List.copyOf(open.subList(0, 2_000))) {
            old.close();
            open.remove(old);
          }
        }
      }
    } catch (IOException | java.nio.channels.ClosedSelectorException closed) {
      // The test is over.
    }
  }

  @Override
  public void close() {
    try {
      selector.close();
      for (ServerSocketChannel server : servers) {
        server.close();
      }
      for (SocketChannel socket : List.copyOf(open)) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
