package io.changepost.domain;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One of the two rows in a message, as UTF-8 that is written in one go where the message has room
 * for it. A row whose text is ASCII is copied value by value, which most are; any other goes
 * through text once more.
 */
final class MessageSide {

  private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

  /** All of it; of what is copied value by value, the text that the values stand in. */
  private final byte[] utf8;

  private final @Nullable RawJson slices;
  private final int size;

  private MessageSide(byte[] utf8, @Nullable RawJson slices, int size) {
    this.utf8 = utf8;
    this.slices = slices;
    this.size = size;
  }

  /**
   * @param renamed the row with the keys of the message; null where it goes as it was captured
   */
  static MessageSide of(@Nullable String text, @Nullable RawJson renamed) {
    if (text == null) {
      return whole(NULL);
    }
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    if (renamed == null || !renamed.isObject()) {
      return whole(utf8);
    }
    // No sign takes less than a byte, so with as many bytes as signs each is one, at its place.
    return utf8.length == text.length()
        ? new MessageSide(utf8, renamed, renamed.writtenSize())
        : whole(renamed.written().getBytes(StandardCharsets.UTF_8));
  }

  private static MessageSide whole(byte[] utf8) {
    return new MessageSide(utf8, null, utf8.length);
  }

  /** In bytes. */
  int size() {
    return size;
  }

  /** Writes it at that place; returns the place after it. */
  int writeTo(byte[] out, int at) {
    if (slices != null) {
      return slices.writeTo(utf8, out, at);
    }
    System.arraycopy(utf8, 0, out, at, size);
    return at + size;
  }
}
