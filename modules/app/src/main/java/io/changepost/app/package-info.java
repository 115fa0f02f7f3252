/**
 * The program: its commands, its settings, the embedded PostgreSQL, the demo and what operators
 * watch. Wiring alone; what the product does is in the other modules. Start reading at {@link
 * io.changepost.app.Changepost}.
 */
@NullMarked
package io.changepost.app;

import org.jspecify.annotations.NullMarked;
