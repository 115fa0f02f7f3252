package io.changepost.persistence.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * What JSON is read to. From the second run of a statement on it comes to the sender in binary
 * form.
 */
class ClaimedRowMapperIT {

  private static final String JSON =
      "{\"name\":  \"Zoë’s 🏗\", \"nul\": \"\\u0000\", \"lone\": \"\\ud800\", \"n\": 1.50}";

  private static Fixture fixture;

  @BeforeAll
  static void migrate() {
    fixture = Fixture.migrated();
  }

  @AfterAll
  static void close() {
    fixture.close();
  }

  @Test
  void json_keeps_every_character_in_both_forms_that_it_comes_to_the_sender_in()
      throws SQLException {
    assertThat(thrice(fixture.database.senderPool(), new ClaimedRowMapper()))
        .containsOnly(Map.of("object", "Company", "current", JSON))
        .hasSize(3);
  }

  @Test
  void json_keeps_every_character_as_text() throws SQLException {
    assertThat(thrice(fixture.database.apiPool(), new ClaimedRowMapper()))
        .containsOnly(Map.of("object", "Company", "current", JSON))
        .hasSize(3);
  }

  @Test
  void a_routes_own_statement_reads_json_as_text_and_as_an_object_whatever_form_it_comes_in()
      throws SQLException {
    RowMapper<List<String>> plain =
        (row, number) -> List.of(row.getString("current"), row.getObject("current").toString());

    assertThat(thrice(fixture.database.senderPool(), plain))
        .containsOnly(List.of(JSON, JSON))
        .hasSize(3);
  }

  @Test
  void what_a_routes_own_statement_read_can_be_the_parameter_of_another() throws SQLException {
    RowMapper<Object> object = (row, number) -> row.getObject("current");
    JdbcTemplate jdbc = new JdbcTemplate(fixture.database.senderPool());

    assertThat(thrice(fixture.database.senderPool(), object))
        .allSatisfy(
            one ->
                assertThat(jdbc.queryForObject("select cast(? as json)::text", String.class, one))
                    .isEqualTo(JSON))
        .hasSize(3);
  }

  /** On one connection, which learns with the first run what form it may ask for. */
  private static <T> List<T> thrice(DataSource pool, RowMapper<T> mapper) throws SQLException {
    try (Connection connection = pool.getConnection()) {
      JdbcTemplate jdbc = new JdbcTemplate(new SingleConnectionDataSource(connection, true));
      String statement =
          "select 'Company' as object, cast(? as json) as current, null::json as previous";
      return List.of(
          jdbc.query(statement, mapper, JSON).get(0),
          jdbc.query(statement, mapper, JSON).get(0),
          jdbc.query(statement, mapper, JSON).get(0));
    }
  }
}
