package io.changepost.api;

import io.changepost.persistence.delivery.DeliveryPause;

/** Delivery to all webhooks, held and let go by the operator. */
final class PauseHandlers {

  private final DeliveryPause pause;
  private final Runnable wakeSender;

  PauseHandlers(DeliveryPause pause, Runnable wakeSender) {
    this.pause = pause;
    this.wakeSender = wakeSender;
  }

  void addTo(HandlerTable table) {
    table.add("pauseDelivery", this::pause).add("resumeDelivery", this::resume);
  }

  private Response pause(Request request) {
    pause.pause();
    return Response.ok(Json.object().put("paused", true));
  }

  private Response resume(Request request) {
    pause.resume();
    wakeSender.run();
    return Response.ok(Json.object().put("paused", false));
  }
}
