package io.changepost.bench;

import java.sql.SQLException;
import java.util.List;

/** Fills the large tables as days of work would, without the work. */
final class ExplainScenery {

  private final HostDatabase database;

  ExplainScenery(HostDatabase database) {
    this.database = database;
  }

  /** Deliveries that came to their end, nine of ten at the first attempt, and one at the second. */
  void history(int number) throws SQLException {
    changes(number, 1);
    database.run(
        """
        insert into changepost.delivery_log (change_id, webhook_id, change_at, salt, round, attempt_count, state,
          first_at, first_duration_ms, first_status)
        select c.id, w.id, c.captured_at, c.id, 1, case when c.id % 10 = 0 then 2 else 1 end, 'delivered',
          case when c.id % 10 > 0 then c.captured_at end, case when c.id % 10 > 0 then 4 end, case when c.id % 10 > 0 then 200 end
        from changepost.change c
        join (select id, row_number() over (order by id) - 1 as place from changepost.webhook) w
          on w.place = c.id % (select count(*) from changepost.webhook)""");
    database.run(
        """
        insert into changepost.attempt (change_id, webhook_id, change_at, round, number, at, duration_ms, status)
        select l.change_id, l.webhook_id, l.change_at, 1, n, l.change_at, 4, case n when 1 then 500 else 200 end
        from changepost.delivery_log l cross join generate_series(1, 2) n
        where l.first_at is null""");
  }

  /**
   * Deliveries that are due, spread over the webhooks of those customers; one of many is ordered.
   */
  void waiting(int number, List<Api.Customer> customers) throws SQLException {
    long before = database.number("select coalesce(max(id), 0) from changepost.change");
    changes(number, 0);
    Long[] webhooks = customers.stream().map(Api.Customer::webhook).toArray(Long[]::new);
    if (webhooks.length > 1) {
      Long middle = webhooks[webhooks.length / 2];
      database.run("update changepost.webhook set ordered = true where id = " + middle);
    }
    StringBuilder ids = new StringBuilder();
    for (Long webhook : webhooks) {
      ids.append(ids.isEmpty() ? "" : ",").append(webhook);
    }
    database.run(
        "insert into changepost.delivery"
            + " (change_id, webhook_id, change_at, salt, bytes, ordering_key, due_at)"
            + " select c.id, w.id, c.captured_at, c.id, 450, case when w.ordered then c.id % 1000 end,"
            + " now() - interval '1 minute' from changepost.change c join changepost.webhook w"
            + " on w.id = ('{"
            + ids
            + "}'::bigint[])[1 + c.id % "
            + webhooks.length
            + "] where c.id > "
            + before);
  }

  private void changes(int number, int daysAgo) throws SQLException {
    database.run(
        "insert into changepost.change"
            + " (id, captured_at, occurred_at, object, action, object_id, current, bytes, renamed, truncated)"
            + " select nextval('changepost.change_id'), now() - interval '1 day' * "
            + daysAgo
            + ", now(), 'Document', 'create', n::text,"
            + " json_build_object('id', n, 'name', repeat('x', 400)), 450, true, false"
            + " from generate_series(1, "
            + number
            + ") n");
  }
}
