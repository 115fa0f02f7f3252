package io.changepost.api;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** Which handler serves which operation: one each. */
final class HandlerTable {

  private final Map<String, LaterHandler> handlers = new LinkedHashMap<>();

  HandlerTable add(String operationId, OperationHandler handler) {
    return addLater(
        operationId, request -> CompletableFuture.completedFuture(handler.handle(request)));
  }

  /** One whose answer may come later. */
  HandlerTable addLater(String operationId, LaterHandler handler) {
    if (handlers.put(operationId, handler) != null) {
      throw new IllegalStateException("two handlers for " + operationId);
    }
    return this;
  }

  /**
   * The handlers by operationId.
   *
   * @throws IllegalStateException where an operation has no handler or a handler no operation
   */
  Map<String, LaterHandler> complete(List<Operation> operations) {
    Set<String> open = new TreeSet<>(handlers.keySet());
    Set<String> unserved =
        operations.stream()
            .map(Operation::id)
            .filter(id -> !open.remove(id))
            .collect(Collectors.toCollection(TreeSet::new));
    if (!unserved.isEmpty() || !open.isEmpty()) {
      throw new IllegalStateException(
          "operations without a handler: " + unserved + "; handlers without one: " + open);
    }
    return Map.copyOf(handlers);
  }
}
