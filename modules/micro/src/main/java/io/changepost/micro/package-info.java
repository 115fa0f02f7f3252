/**
 * Measures the pure steps of a delivery alone, with JMH: time and bytes allocated for one. The
 * build compiles it; {@code ./changepost bench --micro} runs it.
 */
@NullMarked
package io.changepost.micro;

import org.jspecify.annotations.NullMarked;
