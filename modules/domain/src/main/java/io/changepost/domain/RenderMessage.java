package io.changepost.domain;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Renders the body of a message. Pure: the same row gives the same bytes on every attempt, resend
 * and replay. Fields come in a fixed order and the values of {@code current} and {@code previous}
 * keep every byte that they were captured with.
 */
public final class RenderMessage {

  private static final byte[] PREVIOUS = ",\"previous\":".getBytes(StandardCharsets.US_ASCII);

  private RenderMessage() {}

  /** The UTF-8 bytes of the message that a claimed delivery sends. */
  public static byte[] bytes(ClaimedDelivery delivery) {
    return bytes(delivery.id(), delivery.change());
  }

  /**
   * The UTF-8 bytes of the message {@code id} about {@code change}. {@code changed} is there in an
   * update of which both sides are known in full; where a row was cut to its keys it would name
   * nothing although something changed.
   */
  public static byte[] bytes(MessageId id, Change change) {
    boolean update = change.action().equals(Action.UPDATE.word());
    RawJson now = parsed(change.current(), change.renamed(), update);
    RawJson before = parsed(change.previous(), change.renamed(), update);
    StringBuilder start = new StringBuilder(320);
    appendFacts(start, id, change);
    if (update && !change.truncated() && now != null && before != null) {
      appendChanged(start, RawJson.changed(now, before));
    }
    byte[] head = start.append(",\"current\":").toString().getBytes(StandardCharsets.UTF_8);
    MessageSide current = MessageSide.of(change.current(), change.renamed() ? now : null);
    MessageSide previous = MessageSide.of(change.previous(), change.renamed() ? before : null);

    byte[] out = new byte[head.length + current.size() + PREVIOUS.length + previous.size() + 1];
    System.arraycopy(head, 0, out, 0, head.length);
    int at = current.writeTo(out, head.length);
    System.arraycopy(PREVIOUS, 0, out, at, PREVIOUS.length);
    at = previous.writeTo(out, at + PREVIOUS.length);
    out[at] = '}';
    return out;
  }

  /** The same as text. */
  public static String text(MessageId id, Change change) {
    return new String(bytes(id, change), StandardCharsets.UTF_8);
  }

  private static void appendFacts(StringBuilder out, MessageId id, Change change) {
    out.append("{\"id\":\"").append(id.text());
    out.append("\",\"webhookId\":").append(id.webhookId());
    out.append(",\"object\":");
    quote(out, change.object());
    out.append(",\"action\":");
    quote(out, change.action());
    out.append(",\"objectId\":");
    quote(out, change.objectId());
    out.append(",\"changeId\":").append(change.id());
    out.append(",\"timestamp\":\"");
    appendTimestamp(out, change.occurredAt());
    out.append('"');
    if (change.truncated()) {
      out.append(",\"truncated\":true");
    }
  }

  private static @Nullable RawJson parsed(@Nullable String text, boolean renamed, boolean update) {
    if (text == null || !(renamed || update)) {
      return null;
    }
    return renamed ? RawJson.of(text).renamed() : RawJson.of(text);
  }

  private static void appendChanged(StringBuilder out, List<String> names) {
    out.append(",\"changed\":[");
    for (int i = 0; i < names.size(); i++) {
      out.append(i == 0 ? "\"" : ",\"").append(names.get(i)).append('"');
    }
    out.append(']');
  }

  /** RFC 3339 in UTC, always six digits; what is finer is cut off. */
  static void appendTimestamp(StringBuilder out, Instant instant) {
    LocalDateTime time =
        LocalDateTime.ofEpochSecond(instant.getEpochSecond(), instant.getNano(), ZoneOffset.UTC);
    if (time.getYear() < 0) {
      out.append('-');
    }
    digits(out, Math.abs(time.getYear()), 4).append('-');
    digits(out, time.getMonthValue(), 2).append('-');
    digits(out, time.getDayOfMonth(), 2).append('T');
    digits(out, time.getHour(), 2).append(':');
    digits(out, time.getMinute(), 2).append(':');
    digits(out, time.getSecond(), 2).append('.');
    digits(out, time.getNano() / 1000, 6).append('Z');
  }

  private static StringBuilder digits(StringBuilder out, int number, int width) {
    String text = Integer.toString(number);
    for (int i = text.length(); i < width; i++) {
      out.append('0');
    }
    return out.append(text);
  }

  /**
   * A JSON string; control characters and lone surrogates leave as escapes, so it is valid UTF-8.
   */
  private static void quote(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < 0x20 || isLoneSurrogate(text, i)) {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }

  private static boolean isLoneSurrogate(String text, int i) {
    char c = text.charAt(i);
    if (Character.isHighSurrogate(c)) {
      return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
    }
    return Character.isLowSurrogate(c)
        && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
  }
}
