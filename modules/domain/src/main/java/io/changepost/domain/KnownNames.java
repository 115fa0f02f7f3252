package io.changepost.domain;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The names in messages of rows seen lately. The rows of a table have the same columns, and to see
 * that takes less than to make their names anew. Holds those of 64 tables at most; thread-safe.
 */
final class KnownNames {

  private static final int TABLES = 64;

  private final AtomicReferenceArray<Table> known = new AtomicReferenceArray<>(TABLES);

  /** The same as {@link ColumnName#camelCase(String[])}; nobody may write to either array. */
  String[] of(String[] columns) {
    int place = Math.floorMod(Arrays.hashCode(columns), TABLES);
    Table table = known.get(place);
    if (table == null || !Arrays.equals(table.columns, columns)) {
      table = new Table(columns, ColumnName.camelCase(columns));
      known.set(place, table);
    }
    return table.names;
  }

  private static final class Table {

    private final String[] columns;
    private final String[] names;

    Table(String[] columns, String[] names) {
      this.columns = columns;
      this.names = names;
    }
  }
}
