package io.changepost.domain;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * JSON text seen as slices of itself: the members of one object, their values untouched. A value is
 * never turned into a Java value, so no digit, escape or duplicate is lost, and nesting of any
 * depth is passed over without recursion. Text that is not one whole object has no members and is
 * written as it stands. Immutable and thread-safe.
 */
public final class RawJson {

  private static final KnownNames KNOWN = new KnownNames();

  private final String text;
  private final boolean object;
  private final String[] names;
  private final int[] values;

  private RawJson(String text, boolean object, String[] names, int[] values) {
    this.text = text;
    this.object = object;
    this.names = names;
    this.values = values;
  }

  /** Reads the members of {@code text}; never throws, whatever the text is. */
  public static RawJson of(String text) {
    RawScanner scanner = new RawScanner(text);
    boolean object = scanner.scanObject();
    return new RawJson(
        text,
        object,
        object ? scanner.names() : new String[0],
        object ? scanner.values() : new int[0]);
  }

  /** The same with camelCase keys; see {@link ColumnName} for the rules. */
  public RawJson renamed() {
    return new RawJson(text, object, KNOWN.of(names), values);
  }

  /** True where the text is one JSON object. */
  public boolean isObject() {
    return object;
  }

  /**
   * The keys between their quotes, escapes kept as written, in order, duplicates kept; see {@link
   * #name} for what they are compared by.
   */
  public List<String> names() {
    return List.of(names);
  }

  /** The key at {@code index} as a parser reads it; to compare with, not to write. */
  public String name(int index) {
    return JsonEscapes.undone(names[index]);
  }

  /** The text of the value at {@code index}, without the white space around it. */
  public String value(int index) {
    return text.substring(values[2 * index], values[2 * index + 1]);
  }

  /**
   * The same object over bytes: each character stands for one of them, so that places in the text
   * are places in the bytes. Of ASCII text, as most is, this one.
   *
   * @param utf8 the bytes of the text that this was read from
   */
  RawJson over(byte[] utf8) {
    // No character takes less than a byte, so with as many bytes as characters each takes one.
    if (utf8.length == text.length()) {
      return this;
    }
    String[] encoded = names.clone();
    for (int i = 0; i < encoded.length; i++) {
      if (!isAscii(encoded[i])) {
        encoded[i] = new String(encoded[i].getBytes(UTF_8), ISO_8859_1);
      }
    }
    RawJson bytes = of(new String(utf8, ISO_8859_1));
    return new RawJson(bytes.text, bytes.object, encoded, bytes.values);
  }

  private static boolean isAscii(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (name.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  /** How many bytes {@link #write} takes, of an object over bytes. */
  int writtenSize() {
    int size = names.length == 0 ? 2 : 1;
    for (int i = 0; i < names.length; i++) {
      size += names[i].length() + 4 + values[2 * i + 1] - values[2 * i];
    }
    return size;
  }

  /**
   * Writes an object over bytes, without white space around its keys.
   *
   * @param utf8 the bytes that it is over
   * @return the place after what was written
   */
  int write(byte[] utf8, byte[] out, int at) {
    int to = at;
    byte before = '{';
    for (int i = 0; i < names.length; i++) {
      out[to++] = before;
      out[to++] = '"';
      String name = names[i];
      for (int j = 0; j < name.length(); j++) {
        out[to++] = (byte) name.charAt(j);
      }
      out[to++] = '"';
      out[to++] = ':';
      int length = values[2 * i + 1] - values[2 * i];
      System.arraycopy(utf8, values[2 * i], out, to, length);
      to += length;
      before = ',';
    }
    if (names.length == 0) {
      out[to++] = before;
    }
    out[to++] = '}';
    return to;
  }

  /**
   * The JSON with null as the value of {@code name}, which may also be written as the column that
   * becomes this name, and either with escapes; no other value is touched, nor any key.
   */
  public String withNull(String name) {
    StringBuilder out = new StringBuilder(text.length());
    int copied = 0;
    for (int i = 0; i < names.length; i++) {
      String key = name(i);
      if (key.equals(name) || ColumnName.camelCase(key).equals(name)) {
        out.append(text.substring(copied, values[2 * i])).append("null");
        copied = values[2 * i + 1];
      }
    }
    return out.append(text.substring(copied)).toString();
  }

  /**
   * The keys whose values differ in their text or that only one side has: those of {@code current}
   * in its order, then those that are gone.
   */
  public static List<String> changed(RawJson current, RawJson previous) {
    if (Arrays.equals(current.names, previous.names)) {
      Set<String> changed = new LinkedHashSet<>();
      for (int i = 0; i < current.names.length; i++) {
        if (!current.sameValue(i, previous)) {
          changed.add(current.names[i]);
        }
      }
      return List.copyOf(changed);
    }
    Map<String, List<String>> now = current.byName();
    Map<String, List<String>> before = previous.byName();
    List<String> changed = new ArrayList<>();
    now.forEach(
        (name, value) -> {
          if (!Objects.equals(value, before.get(name))) {
            changed.add(name);
          }
        });
    before.keySet().stream().filter(name -> !now.containsKey(name)).forEach(changed::add);
    return List.copyOf(changed);
  }

  private boolean sameValue(int index, RawJson other) {
    int start = values[2 * index];
    int length = values[2 * index + 1] - start;
    int otherStart = other.values[2 * index];
    return length == other.values[2 * index + 1] - otherStart
        && text.regionMatches(start, other.text, otherStart, length);
  }

  private Map<String, List<String>> byName() {
    Map<String, List<String>> byName = new LinkedHashMap<>();
    for (int i = 0; i < names.length; i++) {
      byName.computeIfAbsent(names[i], name -> new ArrayList<>(1)).add(value(i));
    }
    return byName;
  }
}
