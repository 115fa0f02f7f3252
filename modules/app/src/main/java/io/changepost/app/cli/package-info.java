/**
 * The operator's commands, all of them calls of the HTTP API of a running server. What starts
 * something is not here but one package up. Start reading at {@link
 * io.changepost.app.cli.WebhooksCommand}.
 */
@NullMarked
package io.changepost.app.cli;

import org.jspecify.annotations.NullMarked;
