package io.changepost.domain;

import java.util.HashMap;
import java.util.Map;

/**
 * How a column is called in a message: {@code vat_number} becomes {@code vatNumber}.
 *
 * <ul>
 *   <li>A run of underscores between two characters goes and the letter after it becomes upper
 *       case: {@code a__b} is {@code aB}, {@code line_2} is {@code line2}, {@code line2_b} is
 *       {@code line2B}.
 *   <li>Underscores at the start and at the end stay: {@code _row_id} is {@code _rowId}.
 *   <li>A name with an upper-case letter or an escape was chosen by hand and stays: {@code VAT_ID}.
 *   <li>Where two columns would get one name, each keeps its own: beside {@code aB}, {@code a_b}
 *       stays {@code a_b}.
 * </ul>
 */
public final class ColumnName {

  private ColumnName() {}

  /** The name of one column in messages, as if it stood alone. */
  public static String camelCase(String column) {
    if (column.indexOf('_') < 0 || isChosenByHand(column)) {
      return column;
    }
    StringBuilder name = new StringBuilder(column.length());
    int i = 0;
    while (i < column.length() && column.charAt(i) == '_') {
      name.append(column.charAt(i++));
    }
    while (i < column.length()) {
      int next = i;
      while (next < column.length() && column.charAt(next) == '_') {
        next++;
      }
      if (next == i) {
        name.append(column.charAt(i++));
      } else if (next < column.length() && Character.isLetterOrDigit(column.charAt(next))) {
        name.append(Character.toUpperCase(column.charAt(next)));
        i = next + 1;
      } else {
        name.append(column, i, next);
        i = next;
      }
    }
    return name.toString();
  }

  /** The names of the columns of one row, in their order. */
  static String[] camelCase(String[] columns) {
    String[] names = new String[columns.length];
    boolean any = false;
    for (int i = 0; i < columns.length; i++) {
      names[i] = camelCase(columns[i]);
      any |= !names[i].equals(columns[i]);
    }
    return any ? apart(columns, names) : columns;
  }

  private static String[] apart(String[] columns, String[] names) {
    Map<String, String> owners = new HashMap<>();
    boolean clash = false;
    for (int i = 0; i < names.length; i++) {
      String other = owners.putIfAbsent(names[i], columns[i]);
      clash |= other != null && !other.equals(columns[i]);
    }
    if (!clash) {
      return names;
    }
    Map<String, Boolean> shared = new HashMap<>();
    for (int i = 0; i < names.length; i++) {
      boolean own = columns[i].equals(owners.get(names[i]));
      shared.merge(names[i], !own, Boolean::logicalOr);
    }
    String[] kept = new String[names.length];
    for (int i = 0; i < names.length; i++) {
      kept[i] = Boolean.TRUE.equals(shared.get(names[i])) ? columns[i] : names[i];
    }
    return kept;
  }

  private static boolean isChosenByHand(String column) {
    for (int i = 0; i < column.length(); i++) {
      char c = column.charAt(i);
      if (c == '\\' || Character.isUpperCase(c)) {
        return true;
      }
    }
    return false;
  }
}
