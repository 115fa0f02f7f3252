package io.changepost.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** POST /changes, down to the bytes in the outbox. */
class ChangesTest {

  private final TestApi api = TestApi.shared();

  private static String change(String more) {
    return "{\"object\":\"Document\",\"action\":\"create\",\"objectId\":\"77\",\"companyId\":12"
        + ",\"previous\":null,"
        + more
        + "}";
  }

  private static List<Long> ids(Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    List<Long> ids = new ArrayList<>();
    answer.body().get("changeIds").forEach(id -> ids.add(id.asLong()));
    assertThat(answer.body().get("accepted").asInt()).isEqualTo(ids.size());
    return ids;
  }

  private Map<String, @Nullable String> row(long id) {
    try (Connection connection = api.database.connect();
        PreparedStatement select =
            connection.prepareStatement(
                """
                select object, action, object_id, company_id::text, organization_id::text, star,
                       previous_star, starred_at::text, current::text, previous::text, bytes::text,
                       renamed::text, truncated::text, traceparent, problem,
                       (occurred_at at time zone 'UTC')::text as occurred_at
                from changepost.outbox where id = ?""")) {
      select.setLong(1, id);
      try (ResultSet result = select.executeQuery()) {
        assertThat(result.next()).as("change %s", id).isTrue();
        Map<String, @Nullable String> row = new HashMap<>();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          row.put(result.getMetaData().getColumnLabel(i), result.getString(i));
        }
        return row;
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void calls_at_once_get_the_ids_of_their_own_changes() throws Exception {
    int calls = 60;
    ExecutorService threads = Executors.newFixedThreadPool(20);
    try {
      List<Callable<Answer>> posts = new ArrayList<>();
      for (int i = 0; i < calls; i++) {
        String key = i < 2 ? ",\"idempotencyKey\":\"one for two\"" : "";
        String body = change("\"current\":{\"n\":" + i + "}" + key);
        posts.add(() -> api.operator().post("/changes", body));
      }
      List<Future<Answer>> answers = threads.invokeAll(posts);
      // One of the two is refused by what the other did, which is nobody else's matter.
      assertThat(List.of(answers.get(0).get().status(), answers.get(1).get().status()))
          .containsExactlyInAnyOrder(202, 409);
      for (int i = 2; i < calls; i++) {
        assertThat(row(ids(answers.get(i).get()).get(0)))
            .containsEntry("current", "{\"n\":" + i + "}");
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void current_and_previous_keep_every_byte() {
    String current =
        "{ \"n\":1.00,  \"big\":123456789012345678901234567890.000,\"e\":1E400,\"z\":\"\\u0000\\ud800\""
            + ",\"a\":1,\"a\":2,\"ü\":\"\\u00fc€😀\",\"deep\":"
            + "[".repeat(500)
            + "]".repeat(500)
            + ",\"s\":\"}]\\\"{\" }";
    String previous = "{\"long\":" + "9".repeat(3000) + "}";
    String body =
        "[{\"object\":\"Company\",\"action\":\"update\",\"objectId\":\"4\\u00fc\",\"companyId\":4711,"
            + "\"current\":"
            + current
            + " , \"previous\" : "
            + previous
            + "}]";
    Map<String, @Nullable String> row = row(ids(api.operator().post("/changes", body)).get(0));
    assertThat(row)
        .containsEntry("current", current)
        .containsEntry("previous", previous)
        .containsEntry("object_id", "4ü")
        .containsEntry("renamed", "false")
        .containsEntry("truncated", "false")
        .containsEntry("organization_id", null)
        .containsEntry("star", null)
        .containsEntry(
            "bytes",
            Integer.toString(
                (current + previous).getBytes(java.nio.charset.StandardCharsets.UTF_8).length));
  }

  @Test
  void one_change_alone_and_its_own_time() {
    Answer answer =
        api.operator()
            .post(
                "/changes",
                change(
                    """
                    "current":{"a":1},"organizationId":3,"occurredAt":"2026-11-23T08:45:57.1234567+01:00",
                    "traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
                    """));
    assertThat(row(ids(answer).get(0)))
        .containsEntry("occurred_at", "2026-11-23 07:45:57.123456")
        .containsEntry("organization_id", "3")
        .containsEntry("company_id", "12")
        .containsEntry("previous", null)
        .containsEntry("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  }

  @Test
  void a_relations_star_is_read_from_both_sides() {
    Answer answer =
        api.operator()
            .post(
                "/changes",
                """
                [{"object":"CompanyRelation","action":"update","objectId":"1","companyId":2,
                  "organizationId":3,"current":{"star":"none","starredAt":null},
                  "previous":{"star":"gold","starredAt":"2026-01-02T03:04:05Z"}},
                 {"object":"CompanyRelation","action":"create","objectId":"1","companyId":2,
                  "organizationId":3,
                  "current":{"st\\u0061r":"green","starred\\u005fat":"2026-02-02T03:04:05Z"}},
                 {"object":"CompanyRelation","action":"delete","objectId":"1","companyId":2,
                  "organizationId":3,"current":null,"previous":{"star":"pink"}}]""");
    List<Long> ids = ids(answer);
    assertThat(row(ids.get(0)))
        .containsEntry("star", "none")
        .containsEntry("previous_star", "gold");
    assertThat(row(ids.get(0)).get("starred_at")).startsWith("2026-01-02");
    assertThat(row(ids.get(1))).containsEntry("star", "green").containsEntry("previous_star", null);
    assertThat(row(ids.get(1)).get("starred_at")).startsWith("2026-02-02");
    assertThat(row(ids.get(2))).containsEntry("star", null).containsEntry("previous_star", null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-05:00", "yesterday"})
  void a_star_since_a_time_that_cannot_be_kept_is_one_without_a_time(String starredAt) {
    Answer answer =
        api.operator()
            .post(
                "/changes",
                """
                {"object":"CompanyRelation","action":"create","objectId":"1","companyId":2,
                 "organizationId":3,"current":{"star":"gold","starredAt":"%s"}}"""
                    .formatted(starredAt));
    assertThat(row(ids(answer).get(0)))
        .containsEntry("star", "gold")
        .containsEntry("starred_at", null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"})
  void the_first_and_the_last_time_are_kept(String time) {
    Answer answer =
        api.operator().post("/changes", change("\"current\":{},\"occurredAt\":\"" + time + "\""));
    assertThat(row(ids(answer).get(0)))
        .containsEntry("occurred_at", time.replace('T', ' ').replace("Z", ""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "\"current\":null;current;422",
        "\"current\":{},\"companyId\":0;companyId;400",
        "\"current\":{},\"objectId\":\"\";objectId;400",
        "\"current\":[];current;400",
        "\"current\":\"{}\";current;400",
        "\"current\":{},\"extra\":1;extra;400",
        "\"current\":{},\"occurredAt\":\"yesterday\";occurredAt;400",
        "\"current\":{},\"occurredAt\":\"0001-01-01T00:00:00+01:00\";occurredAt;422",
        "\"current\":{},\"occurredAt\":\"9999-12-31T23:59:59-05:00\";occurredAt;422",
        "\"current\":{},\"idempotencyKey\":\"\";idempotencyKey;422",
        "\"current\":{},\"traceparent\":\"x\";traceparent;400",
      })
  void bad_changes_name_the_field(String more, String field, int status) {
    Answer answer = api.operator().post("/changes", change(more));
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.errorFields()).contains(field);
  }

  @Test
  void sides_must_fit_the_action_and_owned_objects_need_their_owner() {
    Answer answer =
        api.operator()
            .post(
                "/changes",
                """
                [{"object":"Message","action":"create","objectId":"1","companyId":2,"current":{}},
                 {"object":"Company","action":"create","objectId":"1","companyId":2,"current":{},
                  "previous":{}},
                 {"object":"Company","action":"update","objectId":"1","companyId":2,"current":{}},
                 {"object":"Company","action":"delete","objectId":"1","companyId":2,"current":{},
                  "previous":{}}]""");
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.errorFields())
        .containsExactly("[0].organizationId", "[1].previous", "[2].previous", "[3].current");
  }

  @Test
  void a_change_has_at_most_256_kib() {
    String fits = "{\"a\":\"" + "x".repeat(256 * 1024 - 8) + "\"}";
    assertThat(api.operator().post("/changes", change("\"current\":" + fits)).status())
        .isEqualTo(202);
    assertThat(
            api.operator()
                .post("/changes", change("\"current\":" + fits.replaceFirst("x", "é")))
                .status())
        .isEqualTo(413);
  }

  @Test
  void an_array_has_1_to_1000_changes() {
    assertThat(api.operator().post("/changes", "[]").status()).isEqualTo(422);
    String one = change("\"current\":{}");
    String thousand = "[" + String.join(",", Collections.nCopies(1000, one)) + "]";
    List<Long> ids = ids(api.operator().post("/changes", thousand));
    assertThat(ids).hasSize(1000).isSorted().doesNotHaveDuplicates();
    assertThat(
            api.operator().post("/changes", thousand.replaceFirst("\\[", "[" + one + ",")).status())
        .isEqualTo(422);
  }

  @Test
  void all_or_none_are_published() {
    int woken = api.woken.get();
    long before = count();
    String body =
        "[" + change("\"current\":{}") + ",{\"object\":\"Company\",\"action\":\"create\"}]";
    assertThat(api.operator().post("/changes", body).status()).isEqualTo(400);
    assertThat(count()).isEqualTo(before);
    assertThat(api.woken.get()).isEqualTo(woken);
    ids(api.operator().post("/changes", change("\"current\":{}")));
    assertThat(api.woken.get()).isEqualTo(woken + 1);
  }

  private long count() {
    try (Connection connection = api.database.connect();
        PreparedStatement select =
            connection.prepareStatement(
                "select count(*) from changepost.outbox where object = 'Document'");
        ResultSet result = select.executeQuery()) {
      result.next();
      return result.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void a_repeated_key_gives_the_first_answer_again() {
    String keyed = change("\"current\":{\"a\":1},\"idempotencyKey\":\"once\"");
    List<Long> first = ids(api.operator().post("/changes", keyed));
    long before = count();
    assertThat(ids(api.operator().post("/changes", keyed))).isEqualTo(first);
    assertThat(count()).isEqualTo(before);
    assertThat(api.operator().post("/changes", keyed.replace("\"a\":1", "\"a\":2")).status())
        .isEqualTo(409);
  }

  @Test
  void in_an_array_each_key_stands_alone() {
    String known = change("\"current\":{\"a\":1},\"idempotencyKey\":\"k1\"");
    String fresh = change("\"current\":{\"a\":2},\"idempotencyKey\":\"k2\"");
    String free = change("\"current\":{\"a\":3}");
    long first = ids(api.operator().post("/changes", known)).get(0);
    long before = count();
    List<Long> ids =
        ids(
            api.operator()
                .post("/changes", "[" + String.join(",", free, known, fresh, fresh, free) + "]"));
    assertThat(ids.get(1)).isEqualTo(first);
    assertThat(ids.get(2)).isEqualTo(ids.get(3));
    assertThat(ids.get(0)).isLessThan(ids.get(2));
    assertThat(count()).isEqualTo(before + 3);
    String other = change("\"current\":{\"a\":9},\"idempotencyKey\":\"k2\"");
    assertThat(api.operator().post("/changes", "[" + free + "," + other + "]").status())
        .isEqualTo(409);
    assertThat(count()).isEqualTo(before + 3);
  }

  @Test
  void of_many_at_once_with_one_key_one_is_published() throws Exception {
    String keyed = change("\"current\":{},\"idempotencyKey\":\"race\"");
    long before = count();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<List<Long>>> calls =
          Collections.nCopies(8, () -> ids(api.operator().post("/changes", keyed)));
      List<Long> seen = new ArrayList<>();
      for (Future<List<Long>> answer : threads.invokeAll(calls)) {
        seen.addAll(answer.get());
      }
      assertThat(seen).hasSize(8).containsOnly(seen.get(0));
    } finally {
      threads.shutdown();
    }
    assertThat(count()).isEqualTo(before + 1);
  }

  @Test
  void duplicate_fields_of_a_change_are_refused() {
    JsonNode body =
        api.operator().post("/changes", change("\"current\":{},\"companyId\":13")).body();
    assertThat(body.get("status").asInt()).isEqualTo(400);
    assertThat(body.toString()).contains("companyId");
  }
}
