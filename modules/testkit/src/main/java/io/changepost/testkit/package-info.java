/**
 * What tests of every module share: a real PostgreSQL, and endpoints that misbehave on command.
 * Nothing here knows our other modules, so all of them may use it. Start reading at {@link
 * io.changepost.testkit.TestPostgres}.
 */
@NullMarked
package io.changepost.testkit;

import org.jspecify.annotations.NullMarked;
