package io.changepost.persistence.delivery;

import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowMapper;

/**
 * Reads the rows of one answer of fan-out or of the claim into plain maps: columns by lower-case
 * names, which are looked up once for a whole answer; what is null is left out, an array is read to
 * its values, and JSON to its text. For one answer each; not thread-safe.
 */
public final class ClaimedRowMapper implements RowMapper<Map<String, Object>> {

  private String[] names = new String[0];
  private boolean[] areJson = new boolean[0];

  @Override
  public Map<String, Object> mapRow(ResultSet answer, int row) throws SQLException {
    if (names.length == 0) {
      ResultSetMetaData columns = answer.getMetaData();
      names = new String[columns.getColumnCount()];
      areJson = new boolean[names.length];
      for (int i = 0; i < names.length; i++) {
        names[i] = columns.getColumnLabel(i + 1).toLowerCase(Locale.ROOT);
        // Alone of ours it has no type of JDBC; for its name the driver may ask the catalog.
        areJson[i] = columns.getColumnType(i + 1) == Types.OTHER;
      }
    }
    Map<String, Object> read = new HashMap<>(names.length);
    for (int i = 0; i < names.length; i++) {
      Object value = areJson[i] ? json(answer, i + 1) : answer.getObject(i + 1);
      if (value != null) {
        read.put(names[i], value instanceof Array array ? array.getArray() : value);
      }
    }
    return read;
  }

  /**
   * Its bytes are the same in either form that the database sends, in the UTF-8 that the driver
   * asks for. Without an object of the driver's for each, which took a sixteenth of the rate with
   * messages of 8 KiB.
   */
  private static @Nullable String json(ResultSet answer, int column) throws SQLException {
    byte[] utf8 = answer.getBytes(column);
    return utf8 == null ? null : new String(utf8, StandardCharsets.UTF_8);
  }
}
