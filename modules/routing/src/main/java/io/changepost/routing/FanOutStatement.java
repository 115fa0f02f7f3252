package io.changepost.routing;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.camel.CamelContext;
import org.apache.camel.NoTypeConversionAvailableException;
import org.apache.camel.component.sql.SqlHelper;

/**
 * Which of its two forms fan-out takes. The short one has less than half of the parts, so that a
 * few changes cost a third less, and takes nothing where there is something to decide that only the
 * other decides. Then the other runs, the first time once and, where that goes on, ever longer
 * until the short one is tried again. A statement of somebody's own stays what it is. For the
 * consumer of fan-out alone, by one thread at a time.
 */
final class FanOutStatement {

  private static final String FULL = "classpath:sql/fan-out/filter-by-subscriptions.sql";
  private static final String SHORT =
      "classpath:sql/fan-out/filter-by-subscriptions-and-lease-all.sql";

  /** A try for nothing costs a third of a run. */
  private static final int LONGEST_WITHOUT = 32;

  private final String full;
  private final String shortForm;
  private int without;
  private int left;
  private boolean isShort;

  FanOutStatement(CamelContext context) {
    full = resolved(context, FULL);
    shortForm = resolved(context, SHORT);
  }

  private static String resolved(CamelContext context, String file) {
    try {
      return SqlHelper.resolveQuery(context, file, "#");
    } catch (NoTypeConversionAvailableException e) {
      throw new IllegalStateException("cannot read " + file, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The statement that ran took what it looked at. */
  void took() {
    if (isShort) {
      without = 0;
    } else {
      left = Math.max(0, left - 1);
    }
  }

  /** Tells, of a statement that took nothing of what it saw, whether the other takes it. */
  boolean didNotFit() {
    if (isShort) {
      without = Math.min(LONGEST_WITHOUT, Math.max(1, 2 * without));
      left = without;
    }
    return isShort;
  }

  /** What runs next, of the statement that the endpoint names. */
  String form(String query) {
    isShort = left == 0 && query.equals(full);
    return isShort ? shortForm : query;
  }
}
