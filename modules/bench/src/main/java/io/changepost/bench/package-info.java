/**
 * Measures Changepost from outside: a server as its users start it, a receiver in a process of its
 * own, and beside each figure what a bare HTTP client reaches on the same machine in the same run.
 * What it measures it knows from outside alone; only {@link io.changepost.bench.Explain} runs the
 * server's statements themselves. {@code ./changepost bench} starts it.
 */
@NullMarked
package io.changepost.bench;

import org.jspecify.annotations.NullMarked;
