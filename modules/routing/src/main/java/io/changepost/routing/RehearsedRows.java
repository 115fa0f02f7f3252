package io.changepost.routing;

import io.changepost.domain.SigningSecret;
import io.changepost.persistence.SecretBox;
import io.changepost.persistence.webhook.Sealed;
import java.net.URI;
import java.security.SecureRandom;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows as fan-out's statement answers them, of changes that nobody made. They differ as real ones
 * do: tables with other columns, rows that were made, changed and deleted, texts with escapes and
 * with more than ASCII; and now and then a webhook and a column that were not there before. Not
 * thread-safe.
 */
final class RehearsedRows {

  /** Webhooks that share the messages of one answer. */
  private static final int WEBHOOKS = 12;

  private static final int ANSWERS_OF_A_WEBHOOK = 8;

  private static final List<String> NAMES =
      List.of(
          "contract 7", "first line\\nsecond \\\"line\\\"", "Vertrag f\u00fcr B\u00fcro 2 \u2713");

  private static final List<String> PATHS =
      List.of("/rehearsal", "/rehearsal/", "/a/rehearsal?of=");

  private static final String LONG_URL = "https://example.com/".repeat(10);

  private final Clock clock;
  private final SecretBox box;
  private final Duration lease;
  private final URI receiver;
  private final SecureRandom random = new SecureRandom();
  private List<Map<String, Object>> webhooks = List.of();
  private long lastWebhook;
  private long lastChange;
  private int answers;

  /**
   * @param receiver where they are to be posted
   */
  RehearsedRows(Clock clock, SecretBox box, Duration lease, URI receiver) {
    this.clock = clock;
    this.box = box;
    this.lease = lease;
    this.receiver = receiver;
  }

  /** The next answer: so many changes, each for one webhook. */
  List<Map<String, Object>> next(int changes) {
    if (answers++ % ANSWERS_OF_A_WEBHOOK == 0) {
      webhooks = newWebhooks();
    }
    Instant now = clock.instant();
    // Made once: what is done for the rows' sake is compiled too, and nobody needs that.
    String at = now.toString();
    List<Map<String, Object>> rows = new ArrayList<>();
    rows.add(batch(changes, now));
    for (int i = 1; i <= changes; i++) {
      rows.add(change(lastChange + i, now, at));
    }
    rows.addAll(webhooks);
    lastChange += changes;
    return rows;
  }

  private List<Map<String, Object>> newWebhooks() {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int i = 0; i < WEBHOOKS; i++) {
      long id = ++lastWebhook;
      byte[] secret = Sealed.seal(SigningSecret.generate(random), box);
      Map<String, Object> row = new HashMap<>();
      row.put("kind", "webhook");
      row.put("webhook_id", id);
      row.put("organization_id", id);
      row.put("url", receiver.resolve(PATHS.get((int) (id % PATHS.size())) + id).toString());
      row.put(
          "secrets",
          id
              + ":"
              + SigningSecret.Kind.HMAC.word()
              + ":"
              + Base64.getEncoder().encodeToString(secret));
      rows.add(row);
    }
    return rows;
  }

  private Map<String, Object> batch(int changes, Instant now) {
    Long[] ids = new Long[changes];
    Long[] to = new Long[changes];
    Long[] salts = new Long[changes];
    String[] stars = new String[changes];
    Integer[] ranks = new Integer[changes];
    for (int i = 0; i < changes; i++) {
      ids[i] = lastChange + 1 + i;
      to[i] = lastWebhook - i % WEBHOOKS;
      salts[i] = random.nextLong();
      stars[i] = "green";
    }
    Map<String, Object> row = new HashMap<>();
    row.put("kind", "batch");
    row.put("taken", changes);
    row.put("delivered", changes);
    row.put("worker_lost", 0);
    row.put("lost_leases", 0);
    row.put("after", lastChange + changes);
    row.put("token", random.nextLong());
    row.put("lease_ms", lease.toMillis());
    row.put("claimed_at", Timestamp.from(now));
    row.put("change_ids", ids);
    row.put("webhook_ids", to);
    row.put("salts", salts);
    row.put("stars", stars);
    row.put("contact_ranks", ranks);
    return row;
  }

  private Map<String, Object> change(long id, Instant now, String at) {
    String name = NAMES.get((int) (id % NAMES.size()));
    Map<String, Object> row = new HashMap<>();
    row.put("kind", "change");
    row.put("change_id", id);
    row.put("change_at", Timestamp.from(now));
    row.put("occurred_at", Timestamp.from(now));
    row.put("object_id", Long.toString(id));
    row.put("renamed", id % 5 == 0);
    row.put("truncated", false);
    boolean isDocument = id % 2 == 0;
    row.put("object", isDocument ? "Document" : "Company");
    switch ((int) (id / 2 % 3)) {
      case 0 -> {
        row.put("action", "create");
        row.put("current", json(isDocument, id, name, at));
      }
      case 1 -> {
        row.put("action", "update");
        row.put("current", json(isDocument, id, name, at));
        row.put("previous", json(isDocument, id, "plan", at));
      }
      default -> {
        row.put("action", "delete");
        row.put("previous", json(isDocument, id, name, at));
      }
    }
    return row;
  }

  private String json(boolean isDocument, long id, String name, String at) {
    return isDocument
        ? "{\"id\":"
            + id
            + ",\"company_id\":7,\"organization_id\":null,\"name\":\""
            + name
            + "\",\"url\":\""
            + LONG_URL
            + "\",\"column_"
            + lastWebhook
            + "\":true,\"created_at\":\""
            + at
            + "\"}"
        : "{\"id\":"
            + id
            + ",\"name\":\""
            + name
            + "\",\"external_id\":\"c-"
            + id
            + "\",\"street\":\"Main street 1\",\"city\":\""
            + name
            + "\",\"employees\":12,\"updated_at\":\""
            + at
            + "\"}";
  }
}
