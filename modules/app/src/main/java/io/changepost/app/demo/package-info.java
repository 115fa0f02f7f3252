/**
 * The demo: a whole Changepost in one process, with changes made every second and a receiver that
 * checks what arrives. It uses the product from outside only, by SQL and by HTTP, and verifies with
 * code of its own. Start reading at {@link io.changepost.app.demo.Demo}.
 */
@NullMarked
package io.changepost.app.demo;

import org.jspecify.annotations.NullMarked;
