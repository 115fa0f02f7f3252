package io.changepost.persistence.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** What the rows of fan-out and of the claim are read to. */
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
  void json_keeps_every_character_in_the_form_that_the_sender_asks_for() {
    assertThat(read(fixture.database.senderPool()))
        .containsExactly(Map.of("object", "Company", "current", JSON));
  }

  @Test
  void json_keeps_every_character_as_text() {
    assertThat(read(fixture.database.apiPool()))
        .containsExactly(Map.of("object", "Company", "current", JSON));
  }

  private static List<Map<String, Object>> read(DataSource pool) {
    return new JdbcTemplate(pool)
        .query(
            "select 'Company' as object, cast(? as json) as current, null::json as previous",
            new ClaimedRowMapper(),
            JSON);
  }
}
