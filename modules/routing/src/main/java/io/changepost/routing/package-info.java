/**
 * The words that a route may use: the beans behind the stages, the wake-up of the pollers, the
 * slots of this node, and the lint of the routes folder. What a stage does to rows is in
 * persistence, what one attempt does is in delivery. Start reading at {@link
 * io.changepost.routing.Vocabulary}.
 */
@NullMarked
package io.changepost.routing;

import org.jspecify.annotations.NullMarked;
