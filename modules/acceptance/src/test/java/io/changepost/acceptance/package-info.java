/**
 * The product from outside: the launcher, a database and a receiver, nothing of our own code. What
 * is tested here is what an operator or an endpoint would see. Start reading at {@link
 * io.changepost.acceptance.MainJobIT}.
 */
@NullMarked
package io.changepost.acceptance;

import org.jspecify.annotations.NullMarked;
