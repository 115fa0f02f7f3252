/**
 * One node from the database up: the embedded PostgreSQL, Camel with the routes, its two HTTP
 * servers, and what operators watch. What a node does with a change is in the other modules. Start
 * reading at {@link io.changepost.app.server.Server}.
 */
@NullMarked
package io.changepost.app.server;

import org.jspecify.annotations.NullMarked;
