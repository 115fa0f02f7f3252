/** The routes of routes/samples in a node that has them, edited as their first lines say. */
@NullMarked
package io.changepost.samples;

import org.jspecify.annotations.NullMarked;
