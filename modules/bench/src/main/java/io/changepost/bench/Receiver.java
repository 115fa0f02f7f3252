package io.changepost.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Iterator;

/**
 * The endpoint of the measurements, a process of its own: one thread that answers posts to {@code
 * /ok…} with 200 at once, takes those to {@code /dead…} and never answers, and tells on {@code GET
 * /count} how many it answered and on {@code GET /arrivals} which mark came when and on {@code GET
 * /first} the first request to {@code /ok…} as it came. {@code /reset} begins anew. Prints its
 * port, and ends when its standard input does.
 */
final class Receiver {

  private static final int LARGEST = 128 * 1024;
  private static final byte[] OK =
      "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final Selector selector;
  private final Arrivals arrivals = new Arrivals();
  private byte[] first = {};
  private long count;

  private Receiver(Selector selector) {
    this.selector = selector;
  }

  public static void main(String[] args) throws IOException {
    Selector selector = Selector.open();
    ServerSocketChannel server = ServerSocketChannel.open();
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4096);
    server.configureBlocking(false);
    server.register(selector, SelectionKey.OP_ACCEPT);
    Thread end = new Thread(Receiver::endWithInput, "input");
    end.setDaemon(true);
    end.start();
    System.out.println(((InetSocketAddress) server.getLocalAddress()).getPort());
    new Receiver(selector).serve();
  }

  private static void endWithInput() {
    try {
      while (System.in.read() >= 0) {
        Thread.onSpinWait();
      }
    } catch (IOException gone) {
      // The same as its end.
    }
    Runtime.getRuntime().halt(0);
  }

  private void serve() throws IOException {
    while (true) {
      selector.select();
      for (Iterator<SelectionKey> keys = selector.selectedKeys().iterator(); keys.hasNext(); ) {
        SelectionKey key = keys.next();
        keys.remove();
        try {
          if (key.isAcceptable()) {
            accept((ServerSocketChannel) key.channel());
          } else {
            read(key);
          }
        } catch (IOException gone) {
          key.cancel();
          key.channel().close();
        }
      }
    }
  }

  private void accept(ServerSocketChannel server) throws IOException {
    SocketChannel channel = server.accept();
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.register(selector, SelectionKey.OP_READ, ByteBuffer.allocate(LARGEST));
  }

  private void read(SelectionKey key) throws IOException {
    SocketChannel channel = (SocketChannel) key.channel();
    ByteBuffer buffer = (ByteBuffer) key.attachment();
    if (channel.read(buffer) < 0) {
      key.cancel();
      channel.close();
      return;
    }
    Post post = Post.of(buffer);
    while (post != null) {
      answer(channel, post, buffer.array());
      buffer.flip();
      buffer.position(post.length());
      buffer.compact();
      post = Post.of(buffer);
    }
  }

  private void answer(SocketChannel channel, Post post, byte[] bytes) throws IOException {
    String path = post.path();
    if (path.startsWith("/ok")) {
      count++;
      if (first.length == 0) {
        first = Arrays.copyOf(bytes, post.length());
      }
      arrivals.note(post.mark(), ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
      write(channel, ByteBuffer.wrap(OK));
    } else if (path.equals("/count")) {
      text(channel, Long.toString(count));
    } else if (path.equals("/arrivals")) {
      text(channel, arrivals.text());
    } else if (path.equals("/first")) {
      body(channel, first);
    } else if (path.equals("/reset")) {
      count = 0;
      first = new byte[0];
      arrivals.clear();
      write(channel, ByteBuffer.wrap(OK));
    }
  }

  private static void text(SocketChannel channel, String text) throws IOException {
    body(channel, text.getBytes(StandardCharsets.US_ASCII));
  }

  private static void body(SocketChannel channel, byte[] body) throws IOException {
    String head = "HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n";
    write(channel, ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
    write(channel, ByteBuffer.wrap(body));
  }

  private static void write(SocketChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      if (channel.write(bytes) == 0) {
        Thread.onSpinWait();
      }
    }
  }
}
