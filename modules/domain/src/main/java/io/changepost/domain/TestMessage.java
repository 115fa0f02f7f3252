package io.changepost.domain;

import java.time.Instant;

/** The message of the <em>Send test</em> button: object {@code Test}, action {@code test}. */
public final class TestMessage {

  /** The object's word, which no subscription can name. */
  public static final String OBJECT = "Test";

  /** The action's word. */
  public static final String ACTION = "test";

  private TestMessage() {}

  /** What a test tells: no captured change, so its id is 0. */
  public static Change change(long webhookId, Instant at) {
    return new Change(
        0,
        OBJECT,
        ACTION,
        Long.toString(webhookId),
        at,
        "{\"text\":\"This is a test message from Changepost.\"}",
        null,
        false,
        false,
        null);
  }

  /** The id of one test; it names no delivery. */
  public static MessageId id(long webhookId, long salt) {
    return new MessageId(0, webhookId, salt);
  }
}
