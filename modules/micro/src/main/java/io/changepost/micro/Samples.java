package io.changepost.micro;

import io.changepost.domain.Answer;
import io.changepost.domain.Change;
import io.changepost.domain.DecideOutcome;
import io.changepost.domain.MessageId;
import io.changepost.domain.RenderMessage;
import io.changepost.domain.SigningSecret;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What the steps are given: a change of a row with as many columns as make a message that large.
 */
@State(Scope.Thread)
public class Samples {

  /** Bytes of the body, near enough. */
  @Param({"700", "8192"})
  public int bytes;

  final Instant at = Instant.parse("2026-11-23T08:45:57.123456Z");
  final MessageId id = new MessageId(4_711_004_711L, 815, 0x5a5a5a5a12345678L);
  final String idText = id.text();
  final List<SigningSecret> hmac =
      List.of(SigningSecret.generate(SigningSecret.Kind.HMAC, new SecureRandom()));
  final List<SigningSecret> ed25519 =
      List.of(SigningSecret.generate(SigningSecret.Kind.ED25519, new SecureRandom()));
  final DecideOutcome decide =
      new DecideOutcome(
          List.of(Duration.ofMinutes(1), Duration.ofMinutes(15), Duration.ofHours(3)),
          0.2,
          Duration.ofHours(1));
  final Duration age = Duration.ofMillis(20);
  final Answer success = new Answer(at, Duration.ofMillis(12), 200, null, false, null, null);
  final Answer failure =
      new Answer(at, Duration.ofMillis(12), 503, "status 503", false, Duration.ofMinutes(2), null);
  final byte[] answerBody = "{\"ok\":true}".getBytes(StandardCharsets.UTF_8);
  final Throwable timeout = new SocketTimeoutException("Read timed out");

  String current = "";
  Change create = change("create", "", null);
  Change update = create;
  byte[] body = {};

  /** Makes the rows; an update has two sides of half the size. */
  @Setup
  public void make() {
    current = row(bytes - 230, "Delft");
    create = change("create", current, null);
    int half = (bytes - 250) / 2;
    update = change("update", row(half, "Delft"), row(half, "Gouda"));
    body = RenderMessage.bytes(id, create);
  }

  private Change change(
      String action, String current, @org.jspecify.annotations.Nullable String previous) {
    return new Change(
        id.changeId(), "Company", action, "4711", at, current, previous, true, false, null);
  }

  /** As PostgreSQL's to_json writes a row; a column for every 40 bytes, one of which differs. */
  private static String row(int bytes, String city) {
    StringBuilder row = new StringBuilder("{\"id\":4711,\"postal_code\":\"2611 GX\",\"city\":\"");
    row.append(city).append('"');
    for (int column = 0; row.length() < bytes - 41; column++) {
      row.append(
          String.format(
              Locale.ROOT, ",\"column_name_%02d\":\"a value \\u20ac %04d\"", column, column));
    }
    return row.append('}').toString();
  }
}
