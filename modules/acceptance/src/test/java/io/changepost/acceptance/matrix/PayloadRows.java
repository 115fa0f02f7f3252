package io.changepost.acceptance.matrix;

import io.changepost.acceptance.Product;
import io.changepost.acceptance.Received;
import io.changepost.testkit.TestPostgres;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** E: rows that are hard to carry. One node and one table of the host's own for all of them. */
final class PayloadRows {

  private static final String TABLE =
      "create table public.thing (id bigint primary key, company_id bigint not null default 1, j json, n numeric, f float8,"
          + " b bytea, a int[], r int4range, t timestamptz, x text, g text generated always as (x || '!') stored);"
          + " select changepost.watch('public.thing', object => 'Document', company_id => 'company_id')";

  private static @Nullable Scene only;

  private PayloadRows() {}

  static List<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    String exact = "the write succeeds; the value arrives byte for byte";
    carried(trials, "E1", "\\u0000 inside JSON", exact, 101, "j", "{\"a\":\"x\\u0000y\"}");
    carried(trials, "E2", "a lone surrogate \\ud800", exact, 102, "j", "{\"a\":\"\\ud800\"}");
    trials.add(
        Trial.fast(
            "E3",
            "rows of 300 KB and of 10 MB",
            "the write succeeds; the message has the keys and truncated: true",
            PayloadRows::large));
    carried(
        trials,
        "E4",
        "JSON nested 10,000 deep",
        exact,
        104,
        "j",
        "[".repeat(10_000) + "]".repeat(10_000));
    carried(
        trials,
        "E5",
        "1e400, 9007199254740993, 40 digits",
        exact,
        105,
        "j",
        "[1e400,9007199254740993,0.1234567890123456789012345678901234567890]");
    carried(
        trials,
        "E6",
        "duplicate keys, their order, 1.0 and 1.00",
        exact,
        106,
        "j",
        "{\"b\":1,\"a\":1.0,\"a\":1.00}");
    trials.add(
        Trial.fast(
            "E7",
            "NaN, Infinity, infinity as a time, bytea, arrays, ranges, generated columns",
            "valid JSON, the same as to_json makes",
            PayloadRows::odd));
    trials.add(
        Trial.fast(
            "E8",
            "insert, update, update without a change, delete",
            "previous null; both; nothing; current null",
            PayloadRows::actions));
    trials.add(
        Trial.fast(
            "E9",
            "a column is added, renamed and dropped while it runs",
            "the next message has the new shape",
            PayloadRows::shape));
    trials.add(
        Trial.slow(
            "E10",
            "a message that ends the process each time it is tried",
            "given up as worker lost after its third lost lease; others arrive",
            PayloadRows::poison));
    return trials;
  }

  private static synchronized Scene scene() {
    Scene there = only;
    if (there == null) {
      there = new Scene(TestPostgres.freshDatabase());
      only = there;
      there.node(Map.of("CHANGEPOST_JAVA_OPTS", "-Xmx192m"));
      there.organization().webhook(there.receiver().url("/all"));
      there.database().execute(TABLE);
    }
    return there;
  }

  private static void carried(
      List<Trial> trials,
      String id,
      String fault,
      String expected,
      long key,
      String column,
      String value) {
    trials.add(
        Trial.fast(
            id,
            fault,
            expected,
            () -> {
              scene()
                  .database()
                  .execute(
                      "insert into public.thing (id, "
                          + column
                          + ") values ("
                          + key
                          + ", '"
                          + value
                          + "')");
              Received got = message(key, "create");
              boolean exact = got.text().contains("\"" + column + "\":" + value + ",");
              return Finding.of(
                  exact,
                  value.length() + " characters, the same",
                  "the value changed: "
                      + got.text().substring(0, Math.min(200, got.text().length())));
            }));
  }

  private static Received message(long key, String action) {
    return messages(key, action, 1).get(0);
  }

  private static List<Received> messages(long key, String action, int count) {
    Scene.awaitTrue("message of " + key, 60, () -> found(key, action).size() >= count);
    return found(key, action);
  }

  private static List<Received> found(long key, String action) {
    String mark = "\"action\":\"" + action + "\",\"objectId\":\"" + key + "\"";
    return scene().receiver().at("/all").stream().filter(one -> one.text().contains(mark)).toList();
  }

  private static Finding large() {
    scene()
        .database()
        .execute(
            "insert into public.thing (id, x) values (103, repeat('x', 300000)), (1030, repeat('y', 10000000))");
    Received some = message(103, "create");
    Received more = message(1030, "create");
    boolean truncated =
        some.text().contains("\"truncated\":true")
            && more.text().contains("\"truncated\":true")
            && more.json().get("current").get("id").asLong() == 1030;
    return Finding.of(
        truncated,
        "messages of " + some.body().length + " and " + more.body().length + " bytes",
        "not truncated to its keys");
  }

  private static Finding odd() throws Exception {
    scene()
        .database()
        .execute(
            "insert into public.thing (id, n, f, b, a, r, t, x) values (107, 'NaN', 'Infinity', '\\x00ff', '{1,null,3}', '[1,5)', 'infinity', 'é𝄞\"\\')");
    String text = message(107, "create").json().get("current").toString();
    String expected;
    try (var connection = scene().database().connect();
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "select to_json(row)::text from public.thing row where row.id = 107")) {
      rows.next();
      expected = io.changepost.acceptance.Json.parse(rows.getString(1)).toString();
    }
    return Finding.of(
        text.replace("companyId", "company_id").equals(expected),
        "equal to to_json",
        text + " instead of " + expected);
  }

  private static Finding actions() throws Exception {
    scene().database().execute("insert into public.thing (id, x) values (108, 'a')");
    scene().database().execute("update public.thing set x = 'b' where id = 108");
    scene().database().execute("update public.thing set x = 'b' where id = 108");
    scene().database().execute("delete from public.thing where id = 108");
    Received made = message(108, "create");
    Received changed = message(108, "update");
    Received gone = message(108, "delete");
    Scene.pause(200);
    boolean right =
        made.json().get("previous").isNull()
            && !changed.json().get("previous").isNull()
            && gone.json().get("current").isNull()
            && found(108, "update").size() == 1;
    return Finding.of(right, "updates seen " + found(108, "update").size(), "not as expected");
  }

  private static Finding shape() {
    scene()
        .database()
        .execute(
            "alter table public.thing add column new_one int default 5; insert into public.thing (id) values (109)");
    boolean added = message(109, "create").json().get("current").has("newOne");
    scene()
        .database()
        .execute(
            "alter table public.thing rename column new_one to other; insert into public.thing (id) values (1090)");
    boolean renamed = message(1090, "create").json().get("current").has("other");
    scene()
        .database()
        .execute(
            "alter table public.thing drop column other; insert into public.thing (id) values (1091)");
    boolean dropped = !message(1091, "create").json().get("current").has("other");
    return Finding.of(
        added && renamed && dropped,
        "three changes of shape",
        "added " + added + ", renamed " + renamed + ", dropped " + dropped);
  }

  private static Finding poison() throws Exception {
    try (Scene scene = new Scene(TestPostgres.freshDatabase())) {
      Product node = scene.node();
      scene.hook("/a");
      node.stop();
      scene.documents(1);
      Map<String, String> failing = new HashMap<>(Scene.failAt("attempt.before-connect"));
      node.with(failing);
      int ends = 0;
      for (int i = 0;
          i < 6 && scene.number("select count(*) from changepost.delivery_log") == 0;
          i++) {
        try {
          node.start();
          Scene.awaitTrue(
              "its end or the message's",
              60,
              () ->
                  !node.isAlive()
                      || scene.number("select count(*) from changepost.delivery_log") == 1);
        } catch (AssertionError endedEarly) {
          // It takes the message up before it says that it is ready.
        }
        ends += node.isAlive() ? 0 : 1;
      }
      if (node.isAlive()) {
        node.kill();
      }
      node.with(Scene.QUICK).start();
      scene.documents(3);
      scene.drain(java.time.Duration.ofSeconds(60));
      String reasons = reasons(scene);
      return Finding.of(
          reasons.contains("worker lost") && scene.receiver().at("/a").size() == 3,
          "ended the process " + ends + " times, then: " + reasons,
          "not given up");
    }
  }

  private static String reasons(Scene scene) throws Exception {
    List<String> all = new ArrayList<>();
    try (var connection = scene.database().connect();
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "select state || coalesce(' (' || reason || ')', '') from changepost.delivery_log order by change_id")) {
      while (rows.next()) {
        all.add(rows.getString(1));
      }
    }
    return all.stream().collect(Collectors.joining(", "));
  }

  static void close() {
    Scene there = only;
    if (there != null) {
      there.close();
    }
  }
}
