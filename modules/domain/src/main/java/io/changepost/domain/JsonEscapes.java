package io.changepost.domain;

import java.util.HexFormat;

/** The escapes in JSON strings. Pure. */
final class JsonEscapes {

  private JsonEscapes() {}

  /**
   * What a parser reads of the text between two quotes. Never throws: what is no escape after all
   * is left as it stands.
   */
  static String undone(String raw) {
    int escape = raw.indexOf('\\');
    if (escape < 0) {
      return raw;
    }
    StringBuilder out = new StringBuilder(raw.length());
    int from = 0;
    while (escape >= 0 && escape + 1 < raw.length()) {
      out.append(raw, from, escape);
      char kind = raw.charAt(escape + 1);
      from = escape + 2;
      if (kind != 'u') {
        out.append(meant(kind));
      } else if (isHex(raw, from)) {
        out.append((char) HexFormat.fromHexDigits(raw, from, from + 4));
        from += 4;
      } else {
        out.append("\\u");
      }
      escape = raw.indexOf('\\', from);
    }
    return out.append(raw, from, raw.length()).toString();
  }

  private static char meant(char kind) {
    return switch (kind) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> kind;
    };
  }

  private static boolean isHex(String raw, int start) {
    return start + 4 <= raw.length()
        && raw.substring(start, start + 4).chars().allMatch(HexFormat::isHexDigit);
  }
}
