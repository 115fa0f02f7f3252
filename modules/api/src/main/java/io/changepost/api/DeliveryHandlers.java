package io.changepost.api;

/** STUB. */
final class DeliveryHandlers {
  DeliveryHandlers(ApiStores.Webhooks stores, Runnable wakeSender) {}

  void addTo(HandlerTable table) {}
}
