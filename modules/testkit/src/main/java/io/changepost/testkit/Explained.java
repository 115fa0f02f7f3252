package io.changepost.testkit;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A data source that keeps the plan of every prepared statement before it is run, as it would be
 * run: by a prepared statement of the server, under the session's settings, with the very
 * parameters, and executed; what that changed is rolled back. For statements outside of
 * transactions. As thread-safe as what it wraps.
 */
public final class Explained {

  private final DataSource wrapped;
  private final String options;
  private final List<Plan> plans = new CopyOnWriteArrayList<>();

  /**
   * A statement and its plan.
   *
   * @param sql as it was prepared, with {@code ?}
   * @param text of the plan, in the format that was asked for
   */
  public record Plan(String sql, String text) {}

  private Explained(DataSource wrapped, String options) {
    this.wrapped = wrapped;
    this.options = options;
  }

  /**
   * Wraps {@code dataSource}.
   *
   * @param options of {@code EXPLAIN}, such as {@code analyze, buffers}
   */
  public static Explained over(DataSource dataSource, String options) {
    return new Explained(dataSource, options);
  }

  /** The data source to run statements through. */
  public DataSource dataSource() {
    return (DataSource)
        proxy(
            DataSource.class,
            (method, args) -> {
              Object result = call(method, wrapped, args);
              return result instanceof Connection connection ? connection(connection) : result;
            });
  }

  /** What was run so far, in order. */
  public List<Plan> plans() {
    return List.copyOf(plans);
  }

  /** Forgets what was run so far. */
  public void clear() {
    plans.clear();
  }

  private Object connection(Connection connection) {
    return proxy(
        Connection.class,
        (method, args) -> {
          Object result = call(method, connection, args);
          return result instanceof PreparedStatement statement
              ? statement(connection, statement, String.valueOf(args[0]))
              : result;
        });
  }

  private Object statement(Connection connection, PreparedStatement statement, String sql) {
    TreeMap<Integer, Object> values = new TreeMap<>();
    TreeMap<Integer, String> types = new TreeMap<>();
    return proxy(
        PreparedStatement.class,
        (method, args) -> {
          String name = method.getName();
          if (name.startsWith("set") && args.length >= 2 && args[0] instanceof Integer place) {
            Object value = name.equals("setNull") ? null : args[1];
            values.put(place, literal(value));
            types.put(place, type(value));
          } else if (name.startsWith("execute")) {
            plans.add(new Plan(sql, explain(connection, sql, values, types)));
          }
          return call(method, statement, args);
        });
  }

  private String explain(
      Connection connection,
      String sql,
      TreeMap<Integer, Object> values,
      TreeMap<Integer, String> types)
      throws SQLException {
    boolean alone = connection.getAutoCommit();
    connection.setAutoCommit(false);
    String given = values.isEmpty() ? "" : "(" + join(values.values()) + ")";
    StringBuilder plan = new StringBuilder();
    try (var plain = connection.createStatement()) {
      var mark = connection.setSavepoint();
      plain.execute(
          "prepare explained"
              + (types.isEmpty() ? "" : "(" + join(types.values()) + ")")
              + " as "
              + numbered(sql));
      try (var lines = plain.executeQuery("explain (" + options + ") execute explained" + given)) {
        while (lines.next()) {
          plan.append(lines.getString(1)).append('\n');
        }
      } finally {
        connection.rollback(mark);
        plain.execute("deallocate explained");
      }
    } finally {
      if (alone) {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    }
    return plan.toString();
  }

  private static String join(Iterable<?> parts) {
    StringBuilder text = new StringBuilder();
    for (Object part : parts) {
      text.append(text.isEmpty() ? "" : ", ").append(part);
    }
    return text.toString();
  }

  private static String literal(@Nullable Object value) {
    if (value == null) {
      return "null";
    }
    if (value instanceof Object[] list) {
      return "'{" + join(List.of(list)) + "}'";
    }
    return value instanceof Number || value instanceof Boolean
        ? value.toString()
        : "'" + value.toString().replace("'", "''") + "'";
  }

  private static String type(@Nullable Object value) throws SQLException {
    if (value instanceof Array array) {
      return array.getBaseTypeName() + "[]";
    }
    if (value instanceof Long[]) {
      return "bigint[]";
    }
    if (value instanceof Long) {
      return "bigint";
    }
    if (value instanceof Integer) {
      return "integer";
    }
    if (value instanceof Boolean) {
      return "boolean";
    }
    // A text that is cast, a time or nothing: the statement says what it is.
    return "unknown";
  }

  /** With {@code $1}, {@code $2} for each {@code ?} that is not in a comment or a literal. */
  static String numbered(String sql) {
    StringBuilder out = new StringBuilder(sql.length() + 32);
    int number = 0;
    for (int i = 0; i < sql.length(); i++) {
      char c = sql.charAt(i);
      int end = i;
      if (c == '-' && sql.startsWith("--", i)) {
        end = sql.indexOf('\n', i);
      } else if (c == '\'' || c == '"') {
        end = sql.indexOf(c, i + 1);
      }
      if (end > i) {
        out.append(sql, i, end + 1);
        i = end;
      } else if (c == '?') {
        out.append('$').append(++number);
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  @FunctionalInterface
  private interface Handler {
    @Nullable Object call(Method method, @Nullable Object[] args) throws Throwable;
  }

  private static Object proxy(Class<?> type, Handler handler) {
    return Proxy.newProxyInstance(
        Explained.class.getClassLoader(),
        new Class<?>[] {type},
        (self, method, args) -> handler.call(method, args == null ? new Object[0] : args));
  }

  private static @Nullable Object call(Method method, Object target, @Nullable Object[] args)
      throws Throwable {
    try {
      return method.invoke(target, args);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
