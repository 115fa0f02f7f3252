package io.changepost.delivery;

import java.io.IOException;
import java.net.Socket;
import org.apache.hc.client5.http.impl.io.DefaultHttpResponseParserFactory;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.HttpConnectionFactory;
import org.jspecify.annotations.Nullable;

/** Makes connections that read headers of a bounded size and know when they are spent. */
final class BoundedConnections implements HttpConnectionFactory<ManagedHttpClientConnection> {

  private static final int MOST_HEADERS = 100;
  private static final int LONGEST_LINE = 8 * 1024;

  /**
   * A message of 8 KiB goes out together with its headers, in one write. Each connection has it
   * twice, one to read and one to write.
   */
  private static final int BUFFER_BYTES = 12 * 1024;

  private static final Http1Config CONFIG =
      Http1Config.custom()
          .setBufferSize(BUFFER_BYTES)
          .setMaxHeaderCount(MOST_HEADERS)
          .setMaxLineLength(LONGEST_LINE)
          .build();

  private static final DefaultHttpResponseParserFactory PARSERS =
      new DefaultHttpResponseParserFactory(CONFIG);

  @Override
  public ManagedHttpClientConnection createConnection(@Nullable Socket socket) throws IOException {
    Leftover leftover = new Leftover(PARSERS);
    return new SpentConnection(
        ManagedHttpClientConnectionFactory.builder()
            .http1Config(CONFIG)
            .responseParserFactory(leftover)
            .build()
            .createConnection(socket),
        leftover);
  }
}
