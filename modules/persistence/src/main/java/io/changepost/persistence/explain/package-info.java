/**
 * Answers for people: why a change was or was not sent to a webhook, and what given subscriptions
 * would have sent. Reads only, and asks the same SQL functions as fan-out, so that the answers
 * cannot drift from what is done. The page and the API show them.
 */
@NullMarked
package io.changepost.persistence.explain;

import org.jspecify.annotations.NullMarked;
