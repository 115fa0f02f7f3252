package io.changepost.api;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Where the next page begins, as text that tells nobody anything. */
final class Cursor {

  private Cursor() {}

  static String of(String position) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(position.getBytes(StandardCharsets.UTF_8));
  }

  /** Zero where none is given: ids begin at 1. */
  static long idAfter(Request request) {
    return read(request, Long::parseLong, 0L);
  }

  /** What the cursor holds; {@code first} where none is given; 400 where it is none of ours. */
  static <T extends @Nullable Object> T read(Request request, Function<String, T> read, T first) {
    String text = request.textOrNull("cursor");
    if (text == null || text.isEmpty()) {
      return first;
    }
    try {
      return read.apply(new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8));
    } catch (RuntimeException e) {
      throw Problem.malformed("cursor", "is no cursor of this list");
    }
  }
}
