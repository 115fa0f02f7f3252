package io.changepost.persistence.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.changepost.persistence.capture.CaptureDatabase.HostException;
import java.sql.Connection;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WatchIT {

  private CaptureDatabase database;

  @BeforeAll
  void create() {
    database = CaptureDatabase.create();
  }

  @AfterAll
  void close() throws Exception {
    database.close();
  }

  @AfterEach
  void end() {
    database.run(
        "drop table if exists offer, link, part, \"Odd Schema\".\"Odd \"\"Table\" cascade",
        "drop schema if exists \"Odd Schema\" cascade",
        "set client_min_messages = error",
        "select changepost.unwatch('supplier')",
        "delete from supplier");
    database.forget();
  }

  private HostException refusal(String sql) {
    return catchThrowableOfType(HostException.class, () -> database.run(sql));
  }

  @Test
  void a_watched_table_is_captured_until_it_is_unwatched() {
    database.run(
        "insert into supplier values (1, 'before')",
        "select changepost.watch('public.supplier', object => 'Company', company_id => 'id')",
        "update supplier set name = 'a'",
        "insert into supplier values (2, 'b')",
        "delete from supplier where id = 1");
    assertThat(database.rows("select changepost.unwatch('public.supplier')")).containsExactly("t");
    database.run("insert into supplier values (3, 'after')");

    assertThat(database.outbox("object, action, object_id, company_id, organization_id, renamed"))
        .containsExactly(
            "Company|update|1|1|-|t", "Company|create|2|2|-|t", "Company|delete|1|1|-|t");
    assertThat(database.rows("select count(*) from pg_proc where proname like 'capture%supplier%'"))
        .containsExactly("0");
  }

  @Test
  void unwatching_what_is_not_watched_says_so_and_is_no_error() {
    assertThat(database.rows("select changepost.unwatch('supplier')")).containsExactly("f");
  }

  @Test
  void watching_again_replaces_what_was_said_before() {
    database.run(
        "create table offer (no int primary key, company int, org smallint)",
        "select changepost.watch('offer', object => 'Document', company_id => 'company')",
        "insert into offer values (1, 5, 6)",
        "select changepost.watch('offer', object => 'Message', company_id => 'company', organization_id => 'org')",
        "select changepost.watch('offer', object => 'Message', company_id => 'company', organization_id => 'org')",
        "insert into offer values (2, 5, 6)");

    assertThat(database.outbox("object, object_id, company_id, organization_id"))
        .containsExactly("Document|1|5|-", "Message|2|5|6");
    assertThat(
            database.rows("select terms from changepost.watched where source = 'offer'::regclass"))
        .containsExactly("Captures Message, object_id no, company_id company, organization_id org");
  }

  @Test
  void a_composite_key_is_joined_by_commas() {
    database.run(
        "create table offer (b int, a text, company bigint, primary key (a, b))",
        "select changepost.watch('offer', object => 'Document', company_id => 'company')",
        "insert into offer values (1, 'x', 5)",
        "select changepost.watch('offer', object => 'Document', company_id => 'company', object_id => 'company , b')",
        "insert into offer values (2, 'x', 5)");

    assertThat(database.outbox("object_id")).containsExactly("x,1", "5,2");
  }

  @Test
  void names_of_any_kind_are_quoted() {
    database.run(
        "create schema \"Odd Schema\"",
        "create table \"Odd Schema\".\"Odd \"\"Table\" (\"new\" int primary key, \"The $body$ 'Company'\" int,"
            + " \"%s\" text, \"tg_op\" text, \"weight\" text, select_ text)",
        "select changepost.watch('\"Odd Schema\".\"Odd \"\"Table\"', object => 'Company',"
            + " company_id => 'The $body$ ''Company''')",
        "insert into \"Odd Schema\".\"Odd \"\"Table\" values (1, 5, 'a', 'b', 'c', repeat('x', 300000))",
        "update \"Odd Schema\".\"Odd \"\"Table\" set select_ = 'd'");

    assertThat(database.outbox("action, object_id, company_id, truncated, problem"))
        .containsExactly("create|1|5|t|-", "update|1|5|t|-");
    assertThat(database.rows("select changepost.unwatch('\"Odd Schema\".\"Odd \"\"Table\"')"))
        .containsExactly("t");
  }

  @Test
  void tables_whose_long_names_begin_alike_do_not_share_a_function() {
    String name = "\"Odd Schema\"." + "\u044f".repeat(30);
    database.run(
        "create schema \"Odd Schema\"",
        "create table " + name + "1 (id int primary key)",
        "create table " + name + "2 (no int primary key)",
        "select changepost.watch('" + name + "1', object => 'Company', company_id => 'id')",
        "select changepost.watch('" + name + "2', object => 'Document', company_id => 'no')",
        "insert into " + name + "1 values (1)",
        "insert into " + name + "2 values (2)");

    assertThat(database.outbox("object, object_id, problem"))
        .containsExactly("Company|1|-", "Document|2|-");
  }

  @Test
  void partitions_are_captured_through_their_parent_those_of_tomorrow_too() {
    database.run(
        "create table part (id int, company int, day date, primary key (id, day)) partition by range (day)",
        "create table part1 partition of part for values from ('2026-01-01') to ('2026-02-01')",
        "select changepost.watch('part', object => 'Document', company_id => 'company', object_id => 'id')",
        "create table part2 (day date not null, company int, id int not null)",
        "alter table part attach partition part2 for values from ('2026-02-01') to ('2026-03-01')",
        "insert into part values (1, 5, '2026-01-05'), (2, 5, '2026-02-05')",
        "insert into part1 values (3, 5, '2026-01-06')",
        "update part set company = 6 where id = 2",
        "update part set day = '2026-02-07' where id = 1",
        "select changepost.watch('part', object => 'Document', company_id => 'company', object_id => 'id')");

    assertThat(database.outbox("action, object_id, company_id, problem"))
        .containsExactly(
            "create|1|5|-",
            "create|2|5|-",
            "create|3|5|-",
            "update|2|6|-",
            "delete|1|5|-",
            "create|1|5|-");
    assertThat(
            refusal(
                "select changepost.watch('part1', object => 'Document', company_id => 'company', object_id => 'id')"))
        .hasMessageContaining("is watched already, as a part of public.part");
    assertThat(refusal("select changepost.unwatch('part1')"))
        .hasMessageContaining("is watched as a part of public.part");
    assertThat(database.rows("select changepost.unwatch('part')")).containsExactly("t");
  }

  @Test
  void a_parent_is_refused_while_one_of_its_partitions_is_watched() {
    database.run(
        "create table part (id int, day date, primary key (id, day)) partition by range (day)",
        "create table part1 partition of part for values from ('2026-01-01') to ('2026-02-01')",
        "select changepost.watch('part1', object => 'Company', company_id => 'id')");

    assertThat(refusal("select changepost.watch('part', object => 'Company', company_id => 'id')"))
        .hasMessageContaining("public.part1, a part of public.part, is watched already");
  }

  @Test
  void relations_of_the_host_tell_of_their_stars() {
    database.run(
        "create table link (id int primary key, org int, company int, mark text, since date)",
        "select changepost.watch('link', object => 'CompanyRelation', company_id => 'company',"
            + " organization_id => 'org', star => 'mark', starred_at => 'since')",
        "insert into link values (1, 6, 5, 'gold', '2026-01-02')",
        "update link set mark = 'transparent', since = null",
        "update link set mark = null",
        "delete from link");

    assertThat(
            database.outbox(
                "action, organization_id, company_id, star, previous_star, starred_at at time zone 'UTC'"))
        .containsExactly(
            "create|6|5|gold|-|2026-01-02 00:00:00",
            "update|6|5|none|gold|2026-01-02 00:00:00",
            "update|6|5|-|none|-",
            "delete|6|5|-|-|-");
  }

  @Test
  void cascades_between_watched_tables_are_captured() {
    database.run(
        "create table link (id int primary key, supplier bigint references supplier on delete cascade on update cascade)",
        "select changepost.watch('supplier', object => 'Company', company_id => 'id')",
        "select changepost.watch('link', object => 'Document', company_id => 'supplier')",
        "insert into supplier values (1, 'a')",
        "insert into link values (7, 1)",
        "update supplier set id = 2",
        "delete from supplier");

    assertThat(database.outbox("object, action, object_id, company_id"))
        .containsExactly(
            "Company|create|1|1",
            "Document|create|7|1",
            "Company|update|2|2",
            "Document|update|7|2",
            "Company|delete|2|2",
            "Document|delete|7|2");
  }

  @Test
  void truncate_and_replicas_are_not_captured() throws Exception {
    database.run(
        "select changepost.watch('supplier', object => 'Company', company_id => 'id')",
        "insert into supplier values (1, 'a')",
        "truncate supplier");

    assertThat(database.outbox("action")).containsExactly("create");
  }

  @Test
  void a_column_added_later_counts_for_the_message_and_for_the_limit() {
    database.run(
        "select changepost.watch('supplier', object => 'Company', company_id => 'id')",
        "alter table supplier add later text",
        "insert into supplier values (1, 'a', 'b')",
        "insert into supplier values (2, 'a', repeat('x', 300000))",
        "alter table supplier drop later");

    assertThat(database.outbox("coalesce(current ->> 'later', '-'), truncated"))
        .containsExactly("b|f", "-|t");
  }

  @Test
  void stored_columns_are_captured_and_virtual_ones_are_null_as_in_every_trigger() {
    database.run(
        "create table offer (id int primary key, a text, stored text generated always as (a || '!') stored)",
        "do $$ begin if current_setting('server_version_num')::int >= 180000 then execute"
            + " 'alter table offer add computed text generated always as (a || ''?'') virtual'; end if; end $$",
        "select changepost.watch('offer', object => 'Company', company_id => 'id')",
        "insert into offer values (1, 'x')",
        "update offer set a = 'y'");

    assertThat(
            database.outbox(
                "current ->> 'stored', previous ->> 'stored', current ->> 'computed', problem"))
        .containsExactly("x!|-|-|-", "y!|x!|-|-");
  }

  @Test
  void a_role_that_does_not_own_changepost_watches_with_rights_of_its_own() throws Exception {
    try (Connection stranger =
            database.stranger(
                "grant usage on schema changepost", "grant create, usage on schema public");
        Statement statement = stranger.createStatement()) {
      String role = stranger.getMetaData().getUserName();
      statement.execute("create table public.offer (id int primary key)");
      String watch =
          "select changepost.watch('public.offer', object => 'Company', company_id => 'id')";
      assertThatThrownBy(() -> statement.execute(watch))
          .hasMessageContaining("role " + role + " may not capture changes")
          .hasMessageContaining("GRANT INSERT ON changepost.outbox TO " + role);
      database.run(
          "grant create on schema changepost to " + role,
          "grant insert on changepost.outbox to " + role,
          "grant usage on sequence changepost.change_id, changepost.capture_number to " + role);
      statement.execute(watch);
      statement.execute("insert into public.offer values (1)");
      statement.execute("select changepost.unwatch('public.offer')");
      statement.execute("drop table public.offer");
    }

    assertThat(database.outbox("object, object_id")).containsExactly("Company|1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "'nowhere', object => 'Company', company_id => 'id' ~ 42P01 ~ relation \"nowhere\" does not exist",
        "'supplier', object => 'company', company_id => 'id' ~ 22023 ~ unknown object 'company'",
        "'supplier', object => null, company_id => 'id' ~ 22004 ~ source, object and company_id are needed",
        "'supplier', object => 'Company', company_id => 'code' ~ 42703 ~ public.supplier has no column code, given as company_id",
        "'supplier', object => 'Company', company_id => 'name' ~ 42804 ~ changepost.company.external_id",
        "'supplier', object => 'Company', company_id => 'id', organization_id => 'name' ~ 42804 ~ organization_id must be an integer",
        "'supplier', object => 'Company', company_id => 'id', object_id => 'id,nope' ~ 42703 ~ no column nope, given as object_id",
        "'supplier', object => 'Message', company_id => 'id' ~ 22004 ~ organization_id is needed for Message",
        "'supplier', object => 'CompanyRelation', company_id => 'id' ~ 22004 ~ organization_id is needed",
        "'supplier', object => 'CompanyRelationData', company_id => 'id' ~ 22004 ~ organization_id is needed",
        "'supplier', object => 'Company', company_id => 'id', star => 'name' ~ 22023 ~ star and starred_at are of CompanyRelation",
        "'supplier', object => 'CompanyRelation', company_id => 'id', organization_id => 'id', starred_at => 'name' ~ 22023 ~ of no use without star",
        "'supplier', object => 'CompanyRelation', company_id => 'id', organization_id => 'id', star => 'name', starred_at => 'name' ~ 42804 ~ starred_at must be a time",
        "'changepost.outbox', object => 'Company', company_id => 'id' ~ 42809 ~ a table of Changepost itself",
        "'changepost.company', object => 'Company', company_id => 'id' ~ 42809 ~ are always captured",
        "'pg_catalog.pg_stat_activity', object => 'Company', company_id => 'pid' ~ 42809 ~ is not a lasting table",
      })
  void a_watch_that_makes_no_sense_is_refused(String arguments, String state, String words) {
    HostException refusal = refusal("select changepost.watch(" + arguments + ")");

    assertThat(refusal).hasMessageContaining(words);
    assertThat(refusal.state()).isEqualTo(state);
  }

  @Test
  void a_table_without_a_key_is_asked_for_one() {
    database.run("create table offer (id int, name text)");

    HostException refusal =
        refusal("select changepost.watch('offer', object => 'Company', company_id => 'id')");

    assertThat(refusal)
        .hasMessageContaining("has no primary key")
        .hasMessageContaining("object_id =>");
  }

  @Test
  void the_own_tables_cannot_be_unwatched() {
    assertThat(refusal("select changepost.unwatch('changepost.company')"))
        .hasMessageContaining("a table of Changepost itself");
  }
}
