package io.changepost.api;

import org.jspecify.annotations.Nullable;

/**
 * Who calls, after the checks.
 *
 * @param operator true for the operator
 * @param organization the organization it acts for; null for the operator on its own
 * @param name as the audit log shows it
 */
record Caller(boolean operator, @Nullable Long organization, String name) {

  static final Caller NOBODY = new Caller(false, null, "nobody");
}
