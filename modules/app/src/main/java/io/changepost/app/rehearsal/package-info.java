/**
 * What a node does with its first idle seconds, so that the first messages are not the slow ones.
 * The words that the rehearsed route uses live in {@code routing}, and nothing of the database
 * belongs here. Start reading with {@link io.changepost.app.rehearsal.Rehearsal}.
 */
@NullMarked
package io.changepost.app.rehearsal;

import org.jspecify.annotations.NullMarked;
