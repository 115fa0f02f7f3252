/**
 * Rows on their way to an endpoint: what a claim gives, what an outcome writes, which webhooks fall
 * silent, what is replayed, what is kept. Webhooks themselves, keys and the platform's tables are
 * written elsewhere. Start reading at {@link io.changepost.persistence.delivery.ClaimPlan}, then
 * {@link io.changepost.persistence.delivery.OutcomeStore}; the rules are in the SQL files they
 * name.
 */
@NullMarked
package io.changepost.persistence.delivery;

import org.jspecify.annotations.NullMarked;
