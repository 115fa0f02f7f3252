/**
 * The fault matrix: every fault of {@code docs/reliability.md} brought about from outside, with
 * ledgers that the program does not keep, and the table that is written of it.
 */
@NullMarked
package io.changepost.acceptance.matrix;

import org.jspecify.annotations.NullMarked;
