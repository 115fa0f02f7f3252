package io.changepost.api;

import java.util.concurrent.CompletionStage;

/**
 * Serves one operation whose answer may come after the worker thread is free again; may block and
 * throw as an {@link OperationHandler} may.
 */
@FunctionalInterface
interface LaterHandler {

  CompletionStage<Response> handle(Request request);
}
