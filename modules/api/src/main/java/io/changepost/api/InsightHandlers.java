package io.changepost.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.changepost.persistence.delivery.ActivityReader;
import io.changepost.persistence.explain.Facts;
import io.changepost.persistence.explain.PreviewStore;
import java.util.List;

/** Answers to why, how many and how fast. */
final class InsightHandlers {

  private static final int MOST_BUCKETS = 96;
  private static final int[] BUCKET_MINUTES = {1, 5, 15, 30, 60, 120};

  private final ApiStores.Insight stores;

  InsightHandlers(ApiStores.Insight stores) {
    this.stores = stores;
  }

  void addTo(HandlerTable table) {
    table
        .add("explainChange", this::explain)
        .add("previewWebhook", this::preview)
        .add("getActivity", this::activity);
  }

  private Response explain(Request request) {
    long change = request.id("changeId");
    long webhook = request.id("webhookId");
    Facts facts =
        stores
            .explain()
            .facts(request.organization(), webhook, change)
            .orElseThrow(Problem::notFound);
    Verdict verdict = Verdict.of(change, facts, request.caller()).orElseThrow(Problem::notFound);
    ObjectNode body = Json.object().put("changeId", change).put("webhookId", webhook);
    Facts.Change about = verdict.tellsOfChange() ? facts.change() : null;
    body.put("object", about == null ? null : about.object())
        .put("action", about == null ? null : about.action())
        .put("objectId", about == null ? null : about.objectId())
        .put("capturedAt", about == null ? null : Json.time(about.capturedAt()))
        .put("sent", verdict.sent())
        .put("reason", verdict.reason())
        .put("explanation", verdict.explanation());
    Facts.Sending sending = facts.sending();
    body.set("delivery", sending == null ? null : DeliveryHandlers.json(sending.delivery()));
    return Response.ok(body);
  }

  private Response preview(Request request) {
    PreviewStore.Preview preview =
        stores
            .preview()
            .preview(
                request.organization(),
                ReadWebhook.subscriptions(request.body().get("subscriptions")));
    ObjectNode body =
        Json.object()
            .put("since", Json.time(preview.since()))
            .put("until", Json.time(preview.until()))
            .put("changes", preview.counts().stream().mapToInt(PreviewStore.Count::changes).sum());
    body.set("items", Json.array(preview.counts(), InsightHandlers::json));
    return Response.ok(body);
  }

  private static JsonNode json(PreviewStore.Count count) {
    return Json.object()
        .put("object", count.object())
        .put("action", count.action())
        .put("changes", count.changes());
  }

  private Response activity(Request request) {
    int hours = (int) request.id("hours");
    int minutes = bucketMinutes(hours);
    List<ActivityReader.Bucket> buckets =
        stores.activity().buckets(request.organization(), request.id("id"), hours, minutes);
    if (buckets.isEmpty()) {
      throw Problem.notFound();
    }
    ObjectNode body =
        Json.object().put("since", Json.time(buckets.get(0).at())).put("bucketMinutes", minutes);
    body.set("items", Json.array(buckets, InsightHandlers::json));
    return Response.ok(body);
  }

  /** The shortest that a plot can show. */
  private static int bucketMinutes(int hours) {
    for (int minutes : BUCKET_MINUTES) {
      if (hours * 60 / minutes <= MOST_BUCKETS) {
        return minutes;
      }
    }
    return BUCKET_MINUTES[BUCKET_MINUTES.length - 1];
  }

  private static JsonNode json(ActivityReader.Bucket bucket) {
    return Json.object()
        .put("at", Json.time(bucket.at()))
        .put("delivered", bucket.delivered())
        .put("failed", bucket.failed())
        .put("attempts", bucket.attempts())
        .put("failedAttempts", bucket.failedAttempts())
        .put("p50Ms", bucket.p50Millis())
        .put("p95Ms", bucket.p95Millis());
  }
}
