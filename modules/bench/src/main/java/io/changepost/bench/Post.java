package io.changepost.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A request at the beginning of a buffer.
 *
 * @param path as written
 * @param mark the digits after {@code mark-} in the body; -1 where there is none
 * @param length head and body together, in bytes
 */
record Post(String path, int mark, int length) {

  private static final byte[] END = {'\r', '\n', '\r', '\n'};
  private static final byte[] LENGTH = ascii("content-length:");
  private static final byte[] MARK = ascii("\"mark-");

  /** Null while it is not all there. */
  static @Nullable Post of(ByteBuffer buffer) {
    byte[] bytes = buffer.array();
    int filled = buffer.position();
    int end = indexOf(bytes, END, 0, filled);
    if (end < 0) {
      return null;
    }
    int body = end + END.length;
    int at = indexOf(bytes, LENGTH, 0, end);
    int length = at < 0 ? 0 : number(bytes, at + LENGTH.length, filled);
    if (filled < body + length) {
      return null;
    }
    int from = indexOf(bytes, new byte[] {' '}, 0, end) + 1;
    int to = indexOf(bytes, new byte[] {' '}, from, end);
    String path = new String(bytes, from, to - from, StandardCharsets.US_ASCII);
    // It stands near the begin; looking through a whole large body would cost more than the rest.
    int mark = indexOf(bytes, MARK, body, body + Math.min(length, 1024));
    return new Post(
        path, mark < 0 ? -1 : number(bytes, mark + MARK.length, body + length), body + length);
  }

  private static int number(byte[] bytes, int from, int to) {
    int number = 0;
    int at = from;
    while (at < to && bytes[at] == ' ') {
      at++;
    }
    for (; at < to && bytes[at] >= '0' && bytes[at] <= '9'; at++) {
      number = number * 10 + bytes[at] - '0';
    }
    return number;
  }

  /** Letters of the needle in lower case match both. */
  private static int indexOf(byte[] bytes, byte[] needle, int from, int to) {
    for (int at = from; at <= to - needle.length; at++) {
      int i = 0;
      while (i < needle.length && lower(bytes[at + i]) == needle[i]) {
        i++;
      }
      if (i == needle.length) {
        return at;
      }
    }
    return -1;
  }

  private static int lower(byte letter) {
    return letter >= 'A' && letter <= 'Z' ? letter + ('a' - 'A') : letter;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
