/**
 * The words of Changepost and its decisions, pure: no clock, no database, no network. What touches
 * the world lives in the other modules. Start reading at {@link
 * io.changepost.domain.ClaimedDelivery} and {@link io.changepost.domain.Outcome}.
 */
@NullMarked
package io.changepost.domain;

import org.jspecify.annotations.NullMarked;
