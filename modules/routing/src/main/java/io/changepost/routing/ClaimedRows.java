package io.changepost.routing;

import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.component.sql.DefaultRowMapperFactory;
import org.apache.camel.component.sql.RowMapperFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowMapper;

/**
 * Reads rows into plain maps by lower-case column names, which are looked up once for a whole
 * answer. The map that camel-sql uses otherwise folds the case of every name of every row.
 * Thread-safe.
 */
final class ClaimedRows implements RowMapperFactory {

  private final RowMapperFactory others = new DefaultRowMapperFactory();

  @Override
  public RowMapper<?> newColumnRowMapper() {
    return new Rows()::read;
  }

  @Override
  public RowMapper<?> newBeanRowMapper(Class<?> mappedClass) {
    return others.newBeanRowMapper(mappedClass);
  }

  /** Of one answer. */
  private static final class Rows {

    private String[] names = new String[0];

    private Map<String, @Nullable Object> read(ResultSet answer, int row) throws SQLException {
      if (names.length == 0) {
        ResultSetMetaData columns = answer.getMetaData();
        names = new String[columns.getColumnCount()];
        for (int i = 0; i < names.length; i++) {
          names[i] = columns.getColumnLabel(i + 1).toLowerCase(Locale.ROOT);
        }
      }
      Map<String, @Nullable Object> read = new HashMap<>(names.length * 2);
      for (int i = 0; i < names.length; i++) {
        read.put(names[i], answer.getObject(i + 1));
      }
      return read;
    }
  }
}
