package io.changepost.persistence.delivery;

import org.jspecify.annotations.Nullable;

/**
 * Text as PostgreSQL takes it: without NUL and without halves of surrogate pairs, which an
 * endpoint's answer may hold and which must never keep an outcome from being recorded.
 */
final class StorableText {

  private static final char REPLACEMENT = '\uFFFD';

  private StorableText() {}

  static @Nullable String of(@Nullable String text) {
    if (text == null) {
      return null;
    }
    StringBuilder changed = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean pair =
          Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (pair) {
        i++;
      } else if (c == 0 || Character.isSurrogate(c)) {
        changed = changed == null ? new StringBuilder(text) : changed;
        changed.setCharAt(i, REPLACEMENT);
      }
    }
    return changed == null ? text : changed.toString();
  }
}
