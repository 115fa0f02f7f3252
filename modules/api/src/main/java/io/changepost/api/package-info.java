/**
 * The HTTP API: openapi.yaml bound to small handlers, with keys, limits and problems. What is kept
 * lives in persistence, what is sent in delivery; nothing here passes through a Camel exchange.
 * Start reading at {@link io.changepost.api.HttpApi}, then openapi.yaml.
 */
@NullMarked
package io.changepost.api;

import org.jspecify.annotations.NullMarked;
