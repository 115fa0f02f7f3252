package io.changepost.delivery;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.EndpointDetails;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.ProtocolVersion;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * A connection that is spent not only once its peer has closed it, but also when the peer has sent
 * more than its answer: the next message would take what is left over for its own answer. It is
 * looked at before its second use, and later whenever it was idle for 50 ms. To look waits for
 * nothing.
 *
 * <p>Without TLS it reads without a limit of its own, which is one call to the system where there
 * are three with one: the deadline of its attempt closes it ({@link Deadlines}). With TLS the limit
 * costs less than what it is beside, and ends what a close of a peer might wait for.
 *
 * <p>Once closed it takes no further socket: the client, which knows nothing of the deadline, goes
 * on to the next address of a name, and nobody would close that socket again.
 */
final class SpentConnection implements ManagedHttpClientConnection {

  private static final long HOT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final ManagedHttpClientConnection connection;
  private final Leftover leftover;
  private @Nullable SocketChannel channel;
  private @Nullable SSLSocket tls;
  private volatile boolean closed;
  private int uses;
  private long lastUsed;

  SpentConnection(ManagedHttpClientConnection connection, Leftover leftover) {
    this.connection = connection;
    this.leftover = leftover;
  }

  @Override
  public boolean isStale() throws IOException {
    if (!connection.isOpen() || leftover.isThere() || isDecrypted()) {
      return true;
    }
    if (uses > 1 && System.nanoTime() - lastUsed < HOT_NANOS) {
      // A peer that hangs up or says more later does so after its first answer, where it was looked
      // for. To ask the system costs as much as reading an answer.
      return false;
    }
    return !isSilent();
  }

  /** Whether bytes of a TLS record are left that was read. */
  private boolean isDecrypted() throws IOException {
    return tls != null && tls.getInputStream().available() > 0;
  }

  /**
   * Whether the peer has neither sent anything nor closed. A byte that comes is lost to the
   * connection, which is spent with it; with TLS it may have been a ticket, and cost no more than a
   * connection.
   */
  private boolean isSilent() throws IOException {
    if (channel == null) {
      return false;
    }
    channel.configureBlocking(false);
    try {
      return channel.read(ByteBuffer.allocate(1)) == 0;
    } finally {
      channel.configureBlocking(true);
    }
  }

  @Override
  public void bind(Socket socket) throws IOException {
    channel = socket.getChannel();
    connection.bind(socket);
    endIfClosed(socket);
  }

  @Override
  public void bind(SSLSocket sslSocket, Socket socket) throws IOException {
    channel = socket.getChannel();
    tls = sslSocket;
    connection.bind(sslSocket, socket);
    endIfClosed(socket);
  }

  /**
   * After the connection has the socket: so either this or the close that comes meanwhile ends it.
   */
  private void endIfClosed(Socket socket) throws IOException {
    if (closed) {
      socket.close();
      throw new ClosedChannelException();
    }
  }

  @Override
  public Socket getSocket() {
    return connection.getSocket();
  }

  @Override
  public SSLSession getSSLSession() {
    return connection.getSSLSession();
  }

  @Override
  public void passivate() {
    uses++;
    lastUsed = System.nanoTime();
    connection.passivate();
  }

  @Override
  public void activate() {
    connection.activate();
  }

  @Override
  public boolean isConsistent() {
    return connection.isConsistent();
  }

  @Override
  public void sendRequestHeader(ClassicHttpRequest request) throws HttpException, IOException {
    connection.sendRequestHeader(request);
  }

  @Override
  public void terminateRequest(ClassicHttpRequest request) throws HttpException, IOException {
    connection.terminateRequest(request);
  }

  @Override
  public void sendRequestEntity(ClassicHttpRequest request) throws HttpException, IOException {
    connection.sendRequestEntity(request);
  }

  @Override
  public ClassicHttpResponse receiveResponseHeader() throws HttpException, IOException {
    return connection.receiveResponseHeader();
  }

  @Override
  public void receiveResponseEntity(ClassicHttpResponse response)
      throws HttpException, IOException {
    connection.receiveResponseEntity(response);
  }

  @Override
  public boolean isDataAvailable(Timeout timeout) throws IOException {
    return connection.isDataAvailable(timeout);
  }

  @Override
  public void flush() throws IOException {
    connection.flush();
  }

  @Override
  public void close() throws IOException {
    closed = true;
    connection.close();
  }

  @Override
  public void close(CloseMode mode) {
    closed = true;
    connection.close(mode);
  }

  @Override
  public EndpointDetails getEndpointDetails() {
    return connection.getEndpointDetails();
  }

  @Override
  public SocketAddress getLocalAddress() {
    return connection.getLocalAddress();
  }

  @Override
  public SocketAddress getRemoteAddress() {
    return connection.getRemoteAddress();
  }

  @Override
  public ProtocolVersion getProtocolVersion() {
    return connection.getProtocolVersion();
  }

  @Override
  public boolean isOpen() {
    return connection.isOpen();
  }

  @Override
  public Timeout getSocketTimeout() {
    return connection.getSocketTimeout();
  }

  @Override
  public void setSocketTimeout(Timeout timeout) {
    connection.setSocketTimeout(tls == null ? Timeout.DISABLED : timeout);
  }
}
