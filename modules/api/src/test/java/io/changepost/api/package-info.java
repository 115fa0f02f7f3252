/**
 * The API from outside: a real server on a real PostgreSQL, called over HTTP. Every answer is
 * checked against openapi.yaml on the way. Start reading at {@link io.changepost.api.TestApi}.
 */
@NullMarked
package io.changepost.api;

import org.jspecify.annotations.NullMarked;
