package io.changepost.delivery;

import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.HttpMessageParser;
import org.apache.hc.core5.http.io.HttpMessageParserFactory;
import org.apache.hc.core5.http.io.SessionInputBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What one connection has read and not used: a parser of answers is told the buffer, and nobody
 * else outside of the client is. For one connection, and used by whoever holds that.
 */
final class Leftover implements HttpMessageParserFactory<ClassicHttpResponse> {

  private final HttpMessageParserFactory<ClassicHttpResponse> parsers;
  private @Nullable SessionInputBuffer buffer;

  /**
   * @param parsers make the parsers that do the work; they must know the limits, because a
   *     connection asks for a parser without telling its own, and gets the library's otherwise
   */
  Leftover(HttpMessageParserFactory<ClassicHttpResponse> parsers) {
    this.parsers = parsers;
  }

  @Override
  public HttpMessageParser<ClassicHttpResponse> create() {
    return telling(parsers.create());
  }

  @Override
  public HttpMessageParser<ClassicHttpResponse> create(Http1Config config) {
    return telling(parsers.create(config));
  }

  private HttpMessageParser<ClassicHttpResponse> telling(
      HttpMessageParser<ClassicHttpResponse> parser) {
    return (input, stream) -> {
      buffer = input;
      return parser.parse(input, stream);
    };
  }

  /** Whether bytes are left of what was read. */
  boolean isThere() {
    return buffer != null && buffer.length() > 0;
  }
}
