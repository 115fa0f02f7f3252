package io.changepost.domain;

import java.util.Arrays;

/**
 * One pass over one JSON object that notes where its top-level keys and values stand. It checks no
 * more than it needs to find them: PostgreSQL or the API has accepted the JSON before.
 */
final class RawScanner {

  private final String text;
  private int at;
  private int count;
  private String[] names = new String[16];
  private int[] values = new int[32];

  RawScanner(String text) {
    this.text = text;
  }

  String[] names() {
    return Arrays.copyOf(names, count);
  }

  /** Start and end of each value, one pair after the other. */
  int[] values() {
    return Arrays.copyOf(values, 2 * count);
  }

  /** False where the text is anything else than one object; then nothing found counts. */
  boolean scanObject() {
    skipSpace();
    if (!take('{')) {
      return false;
    }
    skipSpace();
    if (take('}')) {
      return atEnd();
    }
    do {
      skipSpace();
      int keyStart = at + 1;
      if (peek() != '"' || !skipString()) {
        return false;
      }
      String name = text.substring(keyStart, at - 1);
      skipSpace();
      if (!take(':')) {
        return false;
      }
      skipSpace();
      int valueStart = at;
      if (!skipValue()) {
        return false;
      }
      add(name, valueStart, at);
      skipSpace();
    } while (take(','));
    return take('}') && atEnd();
  }

  private void add(String name, int start, int end) {
    if (count == names.length) {
      names = Arrays.copyOf(names, 2 * count);
      values = Arrays.copyOf(values, 4 * count);
    }
    names[count] = name;
    values[2 * count] = start;
    values[2 * count + 1] = end;
    count++;
  }

  private boolean skipValue() {
    char first = peek();
    if (first == '"') {
      return skipString();
    }
    if (first == '{' || first == '[') {
      return skipContainer();
    }
    int start = at;
    while (at < text.length() && !endsScalar(text.charAt(at))) {
      at++;
    }
    return at > start;
  }

  private boolean skipContainer() {
    int depth = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '"') {
        if (!skipString()) {
          return false;
        }
        continue;
      }
      at++;
      if (c == '{' || c == '[') {
        depth++;
      } else if (c == '}' || c == ']') {
        depth--;
        if (depth == 0) {
          return true;
        }
      }
    }
    return false;
  }

  /** From quote to quote, not from sign to sign: a value may be hundreds of thousands long. */
  private boolean skipString() {
    int start = at;
    int quote = text.indexOf('"', start + 1);
    while (quote >= 0 && isEscaped(quote, start)) {
      quote = text.indexOf('"', quote + 1);
    }
    at = quote < 0 ? at : quote + 1;
    return quote >= 0;
  }

  /** Where an odd number of backslashes stands before it. */
  private boolean isEscaped(int quote, int start) {
    int before = quote - 1;
    while (before > start && text.charAt(before) == '\\') {
      before--;
    }
    return (quote - before) % 2 == 0;
  }

  private static boolean endsScalar(char c) {
    return c == ',' || c == '}' || c == ']' || c == ':' || c == '"' || isSpace(c);
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
  }

  private void skipSpace() {
    while (at < text.length() && isSpace(text.charAt(at))) {
      at++;
    }
  }

  private boolean take(char expected) {
    if (peek() != expected) {
      return false;
    }
    at++;
    return true;
  }

  /** The next character; NUL, which no JSON token starts with, at the end. */
  private char peek() {
    return at < text.length() ? text.charAt(at) : 0;
  }

  private boolean atEnd() {
    skipSpace();
    return at == text.length();
  }
}
