/**
 * Capture as the host's writers meet it: triggers, {@code watch()} and {@code publish()} on a real
 * PostgreSQL. How captured changes are fanned out is tested elsewhere. Start with {@link
 * OwnTablesIT}.
 */
@org.jspecify.annotations.NullMarked
package io.changepost.persistence.capture;
