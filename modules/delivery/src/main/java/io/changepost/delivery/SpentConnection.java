package io.changepost.delivery;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketAddress;
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

/**
 * A connection that is spent not only once its peer has closed it, but also when the peer has sent
 * more than its answer: the next message would take what is left over for its own answer. It is
 * looked at before its second use, and later whenever it was idle for 50 ms.
 */
final class SpentConnection implements ManagedHttpClientConnection {

  private static final Timeout GLANCE = Timeout.ofMilliseconds(1);
  private static final long GLANCE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** A glance takes so long only where the processors are busy. */
  private static final long LATE_NANOS = GLANCE_NANOS + GLANCE_NANOS / 4;

  private static final long HOT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final ManagedHttpClientConnection connection;
  private int uses;
  private long lastUsed;

  SpentConnection(ManagedHttpClientConnection connection) {
    this.connection = connection;
  }

  @Override
  public boolean isStale() throws IOException {
    if (!connection.isOpen()) {
      return true;
    }
    long start = System.nanoTime();
    if (uses > 1 && start - lastUsed < HOT_NANOS) {
      // A peer that hangs up or says too much without a word does so after its first answer, where
      // it was looked for. Looking costs as much as a whole exchange, so a busy connection is
      // spared.
      return false;
    }
    if (connection.isDataAvailable(GLANCE)) {
      return true;
    }
    // A silent peer makes that take the whole glance, and a peer that has closed ends it early. On
    // busy processors both come late; a second look tells them apart, as a close answers it at
    // once.
    long took = System.nanoTime() - start;
    if (took >= GLANCE_NANOS && took <= LATE_NANOS) {
      return false;
    }
    // What the second look itself reads would stay, for the next answer to begin with.
    long before = received();
    return connection.isStale() || received() != before;
  }

  private long received() {
    EndpointDetails details = connection.getEndpointDetails();
    return details == null ? 0 : details.getReceivedBytesCount();
  }

  @Override
  public void bind(Socket socket) throws IOException {
    connection.bind(socket);
  }

  @Override
  public void bind(SSLSocket sslSocket, Socket socket) throws IOException {
    connection.bind(sslSocket, socket);
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
    connection.close();
  }

  @Override
  public void close(CloseMode mode) {
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
    connection.setSocketTimeout(timeout);
  }
}
