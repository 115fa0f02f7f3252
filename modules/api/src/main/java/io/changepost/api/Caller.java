package io.changepost.api;

import org.jspecify.annotations.Nullable;

/**
 * Who calls, after the checks.
 *
 * @param operator true for the operator
 * @param organization the organization it acts for; null for the operator on its own
 */
record Caller(boolean operator, @Nullable Long organization) {

  static final Caller NOBODY = new Caller(false, null);
}
