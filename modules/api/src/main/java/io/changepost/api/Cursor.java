package io.changepost.api;

import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Where the next page begins: the id after which it does, as text. */
final class Cursor {

  private Cursor() {}

  static String of(String position) {
    return position;
  }

  /** Zero where none is given: ids begin at 1. */
  static long idAfter(Request request) {
    return Objects.requireNonNullElse(read(request, Long::valueOf), 0L);
  }

  /** What the cursor holds; null where none is given; 400 where it is none of ours. */
  static <T> @Nullable T read(Request request, Function<String, T> read) {
    String text = request.textOrNull("cursor");
    if (text == null || text.isEmpty()) {
      return null;
    }
    try {
      return read.apply(text);
    } catch (RuntimeException e) {
      throw Problem.malformed("cursor", "is no cursor of this list");
    }
  }
}
