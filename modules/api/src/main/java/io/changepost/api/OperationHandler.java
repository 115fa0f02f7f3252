package io.changepost.api;

/** Serves one operation, on a worker thread; may block, may throw {@link Problem}. */
@FunctionalInterface
interface OperationHandler {

  Response handle(Request request);
}
