package io.changepost.domain;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One of the two rows in a message, as UTF-8 that is written where the message has room for it. */
final class MessageSide {

  private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

  private final byte[] utf8;

  /** Its keys and the places of its values; null where it goes as it stands. */
  private final @Nullable RawJson slices;

  private final int size;

  private MessageSide(byte[] utf8, @Nullable RawJson slices, int size) {
    this.utf8 = utf8;
    this.slices = slices;
    this.size = size;
  }

  /**
   * @param text the row; null gives {@code null}
   * @param renamed the row with the keys of the message; null where it goes as it was captured
   */
  static MessageSide of(@Nullable String text, @Nullable RawJson renamed) {
    if (text == null) {
      return new MessageSide(NULL, null, NULL.length);
    }
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    if (renamed == null || !renamed.isObject()) {
      return new MessageSide(utf8, null, utf8.length);
    }
    RawJson slices = renamed.over(utf8);
    return new MessageSide(utf8, slices, slices.writtenSize());
  }

  /** In bytes. */
  int size() {
    return size;
  }

  /** Writes it at that place; returns the place after it. */
  int writeTo(byte[] out, int at) {
    if (slices != null) {
      return slices.write(utf8, out, at);
    }
    System.arraycopy(utf8, 0, out, at, size);
    return at + size;
  }
}
