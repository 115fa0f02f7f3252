package io.changepost.persistence.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.sql.Connection;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.postgresql.PGConnection;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OwnTablesIT {

  private CaptureDatabase database;

  @BeforeAll
  void create() {
    database = CaptureDatabase.create();
  }

  @AfterAll
  void close() throws Exception {
    database.close();
  }

  @BeforeEach
  void begin() {
    database.run(
        "delete from changepost.company_relation",
        "delete from changepost.message",
        "delete from changepost.document");
    database.forget();
  }

  @Test
  void insert_update_and_delete_carry_the_rows_on_the_sides_they_have() {
    database.run(
        "insert into changepost.document (id, company_id, name) values (10, 1, 'a')",
        "update changepost.document set name = 'b' where id = 10",
        "delete from changepost.document where id = 10");

    assertThat(
            database.outbox(
                "object, action, object_id, company_id, organization_id, current ->> 'name',"
                    + " previous ->> 'name', renamed, truncated, problem"))
        .containsExactly(
            "Document|create|10|1|-|a|-|t|f|-",
            "Document|update|10|1|-|b|a|t|f|-",
            "Document|delete|10|1|-|-|b|t|f|-");
    assertThat(
            database.outbox(
                "bytes = coalesce(octet_length(current::text), 0)"
                    + " + coalesce(octet_length(previous::text), 0)"))
        .containsOnly("t");
  }

  @Test
  void the_five_tables_take_rows_with_only_the_columns_of_the_contract() {
    database.run(
        "insert into changepost.company (id, name, website, phone, city) values (77, 'n', 'w', 'p', 'c')",
        "insert into changepost.company (name, website, phone, city) values ('n', 'w', 'p', 'c')",
        "insert into changepost.company_relation (organization_id, company_id, star) values (1, 77, 'gold')",
        "insert into changepost.company_relation (id, organization_id, company_id, star, starred_at)"
            + " values (900, 2, 77, 'green', '2020-01-01Z')",
        "insert into changepost.company_relation_data (relation_id, name, value) values (900, 'k', 'v')",
        "insert into changepost.document (company_id, name, url, valid_until) values (77, 'd', 'u', '2030-01-01')",
        "insert into changepost.message (organization_id, company_id, subject, body) values (2, 77, 's', 'b')");

    assertThat(database.outbox("object, action, company_id > 76, organization_id"))
        .containsExactly(
            "Company|create|t|-",
            "Company|create|t|-",
            "CompanyRelation|create|t|1",
            "CompanyRelation|create|t|2",
            "CompanyRelationData|create|t|2",
            "Document|create|t|-",
            "Message|create|t|2");
  }

  @Test
  void an_update_that_changes_nothing_is_no_change() {
    database.run("insert into changepost.document (id, company_id, name) values (11, 1, 'a')");
    database.forget();

    database.run(
        "update changepost.document set name = name",
        "update changepost.document set name = 'a' || ''",
        "insert into changepost.document (id, company_id, name) values (11, 1, 'a')"
            + " on conflict (id) do update set name = excluded.name",
        "insert into changepost.document (id, company_id, name) values (11, 1, 'z')"
            + " on conflict do nothing");

    assertThat(database.outbox("id")).isEmpty();
  }

  @Test
  void upserts_merges_copies_and_bulk_statements_are_captured_row_by_row() throws Exception {
    database.run(
        "insert into changepost.document (id, company_id, name) values (21, 1, 'a')"
            + " on conflict (id) do update set name = excluded.name",
        "insert into changepost.document (id, company_id, name) values (21, 1, 'b')"
            + " on conflict (id) do update set name = excluded.name",
        "merge into changepost.document d using (values (21, 'c'), (22, 'c')) s (id, name) on d.id = s.id"
            + " when matched then update set name = s.name"
            + " when not matched then insert (id, company_id, name) values (s.id, 1, s.name)");
    try (Connection session = database.session()) {
      session
          .unwrap(PGConnection.class)
          .getCopyAPI()
          .copyIn(
              "copy changepost.document (id, company_id, name) from stdin",
              new StringReader("23\t1\tx\n24\t2\ty\n"));
    }
    database.run("delete from changepost.document where id >= 21");

    assertThat(database.outbox("action, object_id"))
        .startsWith("create|21", "update|21")
        .contains("update|21", "create|22", "create|23", "create|24")
        .endsWith("delete|21", "delete|22", "delete|23", "delete|24")
        .hasSize(10);
  }

  @Test
  void a_rolled_back_transaction_or_savepoint_leaves_nothing() throws Exception {
    try (Connection session = database.session();
        Statement statement = session.createStatement()) {
      session.setAutoCommit(false);
      statement.execute(
          "insert into changepost.document (id, company_id, name) values (31, 1, 'a')");
      session.rollback();
      statement.execute(
          "insert into changepost.document (id, company_id, name) values (32, 1, 'a')");
      statement.execute("savepoint s");
      statement.execute(
          "insert into changepost.document (id, company_id, name) values (33, 1, 'a')");
      statement.execute("rollback to s");
      session.commit();
    }

    assertThat(database.outbox("object_id")).containsExactly("32");
  }

  @Test
  void a_star_brings_its_time_and_its_end_still_tells_of_it() {
    database.run(
        "insert into changepost.company_relation (id, organization_id, company_id) values (41, 1, 1)",
        "update changepost.company_relation set star = 'gold' where id = 41",
        "update changepost.company_relation set star = 'black' where id = 41",
        "update changepost.company_relation set star = 'none' where id = 41",
        "update changepost.company_relation set star = 'green' where id = 41",
        "delete from changepost.company_relation where id = 41");

    assertThat(database.outbox("action, star, previous_star, starred_at is not null"))
        .containsExactly(
            "create|none|-|f",
            "update|gold|none|t",
            "update|black|gold|t",
            "update|none|black|t",
            "update|green|none|t",
            "delete|-|green|t");
    assertThat(
            database.rows(
                "select count(distinct starred_at) from changepost.outbox where id in"
                    + " (select id from changepost.outbox order by id limit 4)"))
        .containsExactly("1");
    assertThat(
            database.outbox(
                "starred_at = (coalesce(current, previous) ->> 'starred_at')::timestamptz"))
        .containsExactly("-", "t", "t", "-", "t", "t");
  }

  @Test
  void an_import_keeps_the_times_of_its_stars() {
    database.run(
        "insert into changepost.company_relation (id, organization_id, company_id, star, starred_at)"
            + " values (42, 1, 1, 'gold', '2001-02-03T04:05:06Z')",
        "update changepost.company_relation set star = 'green' where id = 42",
        "update changepost.company_relation set star = 'black', starred_at = null where id = 42");

    assertThat(database.outbox("starred_at at time zone 'UTC'"))
        .containsExactly("2001-02-03 04:05:06", "2001-02-03 04:05:06", "2001-02-03 04:05:06");
  }

  @Test
  void data_of_a_relation_is_its_organizations_whatever_the_row_says() {
    database.run(
        "insert into changepost.company_relation (id, organization_id, company_id, star) values (51, 1, 2, 'gold')",
        "insert into changepost.company_relation_data (relation_id, organization_id, company_id, name, value)"
            + " values (51, 2, 3, 'limit', '9')",
        "update changepost.company_relation set company_id = 3 where id = 51");

    assertThat(database.outbox("object, action, organization_id, company_id"))
        .containsExactly(
            "CompanyRelation|create|1|2",
            "CompanyRelationData|create|1|2",
            "CompanyRelation|update|1|3",
            "CompanyRelationData|update|1|3");
    assertThatThrownBy(
            () ->
                database.run(
                    "insert into changepost.company_relation_data (relation_id, name) values (999, 'x')"))
        .hasMessageContaining("company_relation_data_relation_id_fkey");
  }

  @Test
  void the_data_that_goes_with_a_relation_still_says_whose_it_was() {
    database.run(
        "insert into changepost.company_relation (id, organization_id, company_id, star) values (61, 2, 2, 'gold')",
        "insert into changepost.company_relation_data (relation_id, name, value) values (61, 'limit', '9')");
    database.forget();

    database.run("delete from changepost.company_relation where id = 61");

    assertThat(database.outbox("object, action, organization_id, company_id, previous ->> 'value'"))
        .containsExactly("CompanyRelation|delete|2|2|-", "CompanyRelationData|delete|2|2|9");
  }

  @Test
  void a_company_that_somebody_follows_cannot_be_deleted() {
    database.run(
        "insert into changepost.company (id, name) values (70, 'Followed')",
        "insert into changepost.document (company_id, name) values (70, 'd')",
        "insert into changepost.company_relation (organization_id, company_id) values (1, 70)");
    assertThatThrownBy(() -> database.run("delete from changepost.company where id = 70"))
        .hasMessageContaining("company_relation");
    database.run("delete from changepost.company_relation where company_id = 70");
    database.forget();

    database.run("delete from changepost.company where id = 70");

    assertThat(database.outbox("object, action, company_id"))
        .containsExactly("Company|delete|70", "Document|delete|70");
  }

  @Test
  void ids_given_by_the_host_keep_clear_of_those_given_here() {
    database.run(
        "insert into changepost.company (id, name) select 1000 + i, 'h' from generate_series(1, 100) i",
        "insert into changepost.company (name) values ('ours')");

    assertThat(database.rows("select id > 1000000000 from changepost.company where name = 'ours'"))
        .containsOnly("t");
  }

  @Test
  void the_sessions_trace_context_goes_along_and_nonsense_does_not() {
    String context = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    database.run(
        "set changepost.traceparent = '" + context + "'",
        "insert into changepost.document (company_id, name) values (1, 'a')",
        "set changepost.traceparent = E'x\\r\\nevil: 1'",
        "insert into changepost.document (company_id, name) values (1, 'b')",
        "reset changepost.traceparent",
        "insert into changepost.document (company_id, name) values (1, 'c')");

    assertThat(database.outbox("traceparent")).containsExactly(context, "-", "-");
  }

  @Test
  void ids_grow_in_the_order_of_what_happened_even_where_the_hosts_trigger_changes_the_row_again() {
    database.run(
        "create function again() returns trigger language plpgsql as $$ begin"
            + " update changepost.document set name = 'second' where id = new.id; return null; end $$",
        "create trigger aaa after insert on changepost.document for each row execute function again()",
        "insert into changepost.document (id, company_id, name) values (81, 1, 'first')",
        "drop function again() cascade");

    assertThat(database.outbox("action, current ->> 'name'"))
        .containsExactly("create|first", "update|second");
  }
}
