package io.changepost.domain;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Optional;

/**
 * The id of a message, which is also the id of its delivery: the same on every attempt, resend and
 * replay. It names the row it stands for, so no table needs a further id; the salt keeps ids of two
 * databases apart (a restored one, or a standby that took over) and makes them hard to guess.
 *
 * @param changeId the change
 * @param webhookId the webhook it goes to
 * @param salt random, drawn at fan-out
 */
public record MessageId(long changeId, long webhookId, long salt) {

  private static final String PREFIX = "msg_";
  private static final int TEXT_LENGTH = 36;
  private static final int BYTES = 24;

  /** The text form: {@code msg_} and 32 characters of {@code [A-Za-z0-9_-]}. */
  public String text() {
    byte[] bytes =
        ByteBuffer.allocate(BYTES).putLong(changeId).putLong(webhookId).putLong(salt).array();
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Reads the text form; empty for anything that {@link #text()} does not write. */
  public static Optional<MessageId> parse(String text) {
    if (text.length() != TEXT_LENGTH || !text.startsWith(PREFIX)) {
      return Optional.empty();
    }
    try {
      byte[] decoded = Base64.getUrlDecoder().decode(text.substring(PREFIX.length()));
      if (decoded.length != BYTES) {
        return Optional.empty();
      }
      ByteBuffer bytes = ByteBuffer.wrap(decoded);
      return Optional.of(new MessageId(bytes.getLong(), bytes.getLong(), bytes.getLong()));
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }
}
