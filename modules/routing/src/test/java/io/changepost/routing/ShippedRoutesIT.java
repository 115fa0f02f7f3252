package io.changepost.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.changepost.delivery.DeliverySettings;
import io.changepost.delivery.HardenedClient;
import io.changepost.delivery.Network;
import io.changepost.delivery.PrepareRequest;
import io.changepost.domain.StandardSignature;
import io.changepost.persistence.delivery.ClaimPlan;
import io.changepost.persistence.delivery.DeliveryPause;
import io.changepost.persistence.delivery.InactivityRule;
import io.changepost.persistence.delivery.InactivityRule.QuietWebhooks;
import io.changepost.testkit.Endpoint;
import io.changepost.testkit.Received;
import io.changepost.testkit.Reply;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.main.MainConfigurationProperties;
import org.apache.camel.test.main.junit5.CamelMainTestSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The routes as they are shipped, from a change in the database to the receiver. */
class ShippedRoutesIT extends CamelMainTestSupport {

  private static final Duration SOON = Duration.ofSeconds(15);
  private static final int QUICK = 3;
  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static final int IN_FLIGHT = 40;
  private static final int PER_WEBHOOK = 10;

  private final Platform platform = Platform.open();
  private final Endpoint endpoint = Endpoint.start();
  private final DeliverySettings delivery =
      new DeliverySettings(
          TIMEOUT,
          TIMEOUT,
          false,
          List.of(Network.parse("127.0.0.0/8")),
          IN_FLIGHT,
          "Changepost/test");
  private final HardenedClient client = new HardenedClient(delivery);
  private final Vocabulary vocabulary =
      new Vocabulary(
          new Vocabulary.Tools(
              platform.database, platform.box, client, new PrepareRequest(delivery)),
          new RoutingSettings(
              new RoutingSettings.SlotLimits(IN_FLIGHT, PER_WEBHOOK),
              Duration.ofSeconds(10),
              TIMEOUT,
              0,
              3_000,
              new InactivityRule(Duration.ofDays(5), QuietWebhooks.KEEP),
              Duration.ofDays(30)));

  @Override
  protected void configure(MainConfigurationProperties configuration) {
    configuration.withRoutesIncludePattern("file:../../routes/*.camel.yaml");
    configuration.withBasePackageScanEnabled(false);
  }

  @Override
  protected Properties useOverridePropertiesWithPropertiesComponent() {
    Properties properties = new Properties();
    properties.setProperty("changepost.delivery.in-flight", Integer.toString(IN_FLIGHT));
    properties.setProperty("changepost.redelivery.pattern", "1:50;2:50;3:50");
    properties.setProperty("changepost.inactivity.cron", "0 0 3 * * ?");
    return properties;
  }

  @Override
  protected String getPropertyPlaceholderLocations() {
    return "false";
  }

  @Override
  protected CamelContext createCamelContext() throws Exception {
    CamelContext context = super.createCamelContext();
    vocabulary.bindTo(context);
    return context;
  }

  @Override
  public boolean isUseAdviceWith() {
    return true;
  }

  @AfterEach
  void end() {
    vocabulary.beginEnding();
    context.stop();
    vocabulary.close();
    client.close();
    endpoint.close();
    platform.close();
  }

  @Test
  void a_change_arrives_signed() {
    context.start();
    platform.webhook(endpoint.url("/hook"));

    platform.changes(1);

    Received request = endpoint.awaitRequests(1, SOON).get(0);
    String id = request.header("webhook-id");
    long at = Long.parseLong(String.valueOf(request.header("webhook-timestamp")));
    assertThat(request.method()).isEqualTo("POST");
    assertThat(request.path()).isEqualTo("/hook");
    assertThat(request.header("webhook-signature"))
        .isEqualTo(
            StandardSignature.sign(
                List.of(platform.secret), String.valueOf(id), at, request.body()));
    assertThat(request.text()).startsWith("{\"id\":\"" + id + "\"").contains("\"a company 1\"");
    await().atMost(SOON).until(() -> platform.count("delivery_log where state='delivered'") == 1);
    assertThat(vocabulary.stats().delivered()).isEqualTo(1);
    await().atMost(SOON).until(() -> vocabulary.stats().inFlight() == 0);
  }

  @Test
  void while_delivery_is_paused_messages_wait_and_then_they_go() {
    context.start();
    platform.webhook(endpoint.url("/hook"));
    DeliveryPause pause = new DeliveryPause(platform.database.apiPool());
    pause.pause();

    platform.changes(3);
    await().atMost(SOON).until(() -> platform.count("delivery") == 3);
    // It would be claimed by now: the claim looks at least once a second.
    await().during(Duration.ofMillis(1500)).atMost(SOON).until(endpoint.requests()::isEmpty);
    assertThat(platform.count("delivery where token is not null")).isZero();

    pause.resume();
    endpoint.awaitRequests(3, SOON);
  }

  @Test
  void what_is_in_flight_when_delivery_is_paused_ends_well() {
    context.start();
    endpoint.answer(Reply.after(Duration.ofSeconds(1), Reply.of(200, "")));
    platform.webhook(endpoint.url("/hook"));
    platform.changes(1);
    endpoint.awaitRequests(1, SOON);

    new DeliveryPause(platform.database.apiPool()).pause();

    await().atMost(SOON).until(() -> platform.count("delivery_log where state='delivered'") == 1);
  }

  @Test
  void four_attempts_are_one_message_and_then_it_failed() {
    context.start();
    endpoint.answer(Reply.of(500, "no"));
    platform.webhook(endpoint.url("/hook"));

    platform.changes(1);

    await().atMost(SOON).until(() -> platform.count("delivery_log") == 1);
    List<Received> requests = endpoint.requests();
    assertThat(requests).hasSize(4);
    assertThat(requests)
        .allSatisfy(
            request -> {
              assertThat(request.header("webhook-id"))
                  .isEqualTo(requests.get(0).header("webhook-id"));
              assertThat(request.body()).isEqualTo(requests.get(0).body());
            });
    for (int i = 1; i < 4; i++) {
      assertThat(Duration.between(requests.get(i - 1).at(), requests.get(i).at()))
          .isGreaterThanOrEqualTo(Duration.ofMillis(49));
    }
    assertThat(platform.rows("select state, reason, attempt_count from changepost.delivery_log"))
        .singleElement()
        .hasToString("{state=failed, reason=attempts exhausted, attempt_count=4}");
    assertThat(platform.count("attempt where status = 500")).isEqualTo(4);
  }

  @Test
  void a_webhook_never_has_more_than_its_share_in_flight() {
    context.start();
    CountDownLatch open = new CountDownLatch(1);
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    endpoint.answer(
        request ->
            wire -> {
              most.accumulateAndGet(now.incrementAndGet(), Math::max);
              hold(open);
              now.decrementAndGet();
              Reply.status(200).play(wire);
            });
    platform.webhook(endpoint.url("/hook"));

    platform.changes(60);

    endpoint.awaitRequests(PER_WEBHOOK, SOON);
    await().atMost(SOON).until(() -> platform.count("delivery") + platform.count("leased") == 60);
    open.countDown();
    await().atMost(SOON).until(() -> platform.count("delivery_log where state='delivered'") == 60);
    assertThat(most).hasValue(PER_WEBHOOK);
  }

  @Test
  void gone_makes_a_webhook_inactive_at_once() throws Exception {
    MockEndpoint told = context.getEndpoint("mock:told", MockEndpoint.class);
    AdviceWith.adviceWith(
        context, "webhook-inactive", route -> route.weaveAddFirst().to("mock:told"));
    context.start();
    endpoint.answer(Reply.status(410));
    long webhook = platform.webhook(endpoint.url("/hook"));
    told.expectedMessageCount(1);

    platform.changes(1);

    MockEndpoint.assertIsSatisfied(15, TimeUnit.SECONDS, told);
    assertThat(told.getExchanges().get(0).getMessage().getBody(Map.class))
        .containsEntry("webhookId", webhook)
        .containsEntry("reason", "gone");
    assertThat(platform.rows("select status, inactive_reason from changepost.webhook"))
        .singleElement()
        .hasToString("{status=inactive, inactive_reason=gone}");
    assertThat(endpoint.requests()).hasSize(1);
  }

  @Test
  void a_warning_comes_by_the_route_that_is_the_place_for_a_message() throws Exception {
    MockEndpoint told = context.getEndpoint("mock:warned", MockEndpoint.class);
    AdviceWith.adviceWith(context, "warn", route -> route.replaceFromWith("direct:look"));
    AdviceWith.adviceWith(
        context, "webhook-warning", route -> route.weaveAddLast().to("mock:warned"));
    context.start();
    endpoint.answer(Reply.status(500));
    long webhook = platform.webhook(endpoint.url("/hook"));
    platform.changes(1);
    await()
        .atMost(SOON)
        .until(() -> platform.count("webhook_health where failing_since < now()") == 1);
    platform.rows(
        "update changepost.webhook_health set failing_since = now() - interval '3 days' returning 1");
    told.expectedMessageCount(1);

    context.createProducerTemplate().sendBody("direct:look", null);
    context.createProducerTemplate().sendBody("direct:look", null);

    MockEndpoint.assertIsSatisfied(15, TimeUnit.SECONDS, told);
    assertThat(told.getExchanges().get(0).getMessage().getBody(Map.class))
        .containsEntry("webhookId", webhook)
        .containsEntry("percent", 50)
        .containsKey("inactiveAt");
    assertThat(vocabulary.stats().warnings()).isEqualTo(1);
  }

  @Test
  void a_claim_whose_lease_is_nearly_over_is_handed_back() throws Exception {
    AtomicInteger aged = new AtomicInteger();
    AdviceWith.adviceWith(
        context,
        "attempt",
        route ->
            route
                .weaveById("attempt-prepare")
                .before()
                .process(
                    exchange -> {
                      Leased leased = exchange.getMessage().getBody(Leased.class);
                      if (aged.getAndIncrement() == 0) {
                        long nearlyOver = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(200);
                        exchange
                            .getMessage()
                            .setBody(new Leased(leased.delivery(), nearlyOver, leased.readAt()));
                      }
                    }));
    context.start();
    platform.webhook(endpoint.url("/hook"));

    platform.changes(1);

    await().atMost(SOON).until(() -> platform.count("delivery_log where state='delivered'") == 1);
    assertThat(vocabulary.stats().handedBack()).isEqualTo(1);
    assertThat(endpoint.requests()).hasSize(1);
    assertThat(platform.count("every_attempt where number = 1")).isEqualTo(1);
    await().atMost(SOON).until(() -> vocabulary.stats().inFlight() == 0);
  }

  @Test
  void a_step_before_the_attempt_that_goes_wrong_uses_up_an_attempt_and_no_slot() throws Exception {
    AtomicInteger came = new AtomicInteger();
    AdviceWith.adviceWith(
        context,
        "attempt",
        route ->
            route
                .weaveById("attempt-prepare")
                .before()
                .process(
                    exchange -> {
                      switch (came.getAndIncrement()) {
                        case 0 -> throw new IllegalStateException("a step of somebody's own");
                        case 1 -> exchange.getMessage().setBody(null);
                        default -> {}
                      }
                    }));
    context.start();
    platform.webhook(endpoint.url("/hook"));

    platform.changes(1);

    await().atMost(SOON).until(() -> platform.count("delivery_log where state='delivered'") == 1);
    assertThat(platform.count("every_attempt where error = 'internal'")).isEqualTo(2);
    assertThat(endpoint.requests())
        .singleElement()
        .matches(request -> "3".equals(request.header("webhook-attempt")));
    await().atMost(SOON).until(() -> vocabulary.stats().inFlight() == 0);
  }

  @Test
  void what_a_node_that_is_gone_had_leased_goes_out_once_its_lease_ran_out() {
    platform.webhook(endpoint.url("/hook"));
    platform.changes(3);
    ClaimPlan plan = new ClaimPlan(10, 1_000_000, 3_000, 5, 200, 10, 10, Map.of());
    assertThat(platform.fanOut(plan).leased()).isEqualTo(3);

    context.start();

    await().atMost(SOON).until(() -> platform.count("delivery_log where state='delivered'") == 3);
    assertThat(vocabulary.stats().lostLeases()).isEqualTo(3);
    assertThat(platform.count("lease")).isZero();
    assertThat(endpoint.requests())
        .hasSize(3)
        .allMatch(request -> "1".equals(request.header("webhook-attempt")));
  }

  @Test
  void of_two_outcomes_of_one_attempt_the_first_counts() throws Exception {
    AdviceWith.adviceWith(
        context,
        "attempt",
        route ->
            route
                .weaveById("attempt-answered")
                .after()
                .multicast()
                .to("direct:outcome", "direct:outcome")
                .end()
                .stop());
    context.start();
    platform.webhook(endpoint.url("/hook"));

    platform.changesAtOnce(5);

    await().atMost(SOON).until(() -> platform.count("delivery_log where state='delivered'") == 5);
    await().atMost(SOON).until(() -> vocabulary.stats().inFlight() == 0);
    assertThat(platform.count("lease") + platform.count("delivery")).isZero();
    assertThat(endpoint.requests()).hasSize(5);
  }

  @Test
  void what_could_not_be_begun_waits_and_goes_out_as_the_first_attempt() {
    client.connectionManager().setDefaultMaxPerRoute(1);
    CountDownLatch open = new CountDownLatch(1);
    endpoint.answer(
        request ->
            wire -> {
              hold(open);
              Reply.status(204).play(wire);
            });
    context.start();
    platform.webhook(endpoint.url("/hook"));

    platform.changes(2);

    await().atMost(SOON).until(() -> vocabulary.stats().notBegun() == 1);
    assertThat(
            platform.count(
                "delivery where token is null and attempt_count = 0 and due_at > clock_timestamp()"))
        .isEqualTo(1);
    assertThat(platform.count("every_attempt")).isZero();
    open.countDown();
    await().atMost(SOON).until(() -> platform.count("delivery_log where state='delivered'") == 2);
    assertThat(platform.rows("select number, status from changepost.every_attempt"))
        .asString()
        .isEqualTo("[{number=1, status=204}, {number=1, status=204}]");
    assertThat(endpoint.requests())
        .allMatch(request -> "1".equals(request.header("webhook-attempt")));
  }

  @Test
  void what_was_leased_ahead_is_handed_back_when_the_webhook_stops_answering() {
    context.start();
    hang_after_quick_answers();

    await().atMost(SOON).until(() -> vocabulary.stats().handedBack() == 30);
    assertThat(endpoint.requests()).as("never more than its slots").hasSize(QUICK + PER_WEBHOOK);
    await()
        .atMost(SOON)
        .until(() -> platform.count("delivery_log where state='delivered'") == QUICK + 50);
  }

  @Test
  void what_has_not_begun_is_handed_back_when_the_node_ends() {
    context.start();
    hang_after_quick_answers();
    // On a slow machine the webhook may be found silent first, to the same end.
    await()
        .atMost(SOON)
        .until(() -> platform.count("leased") == 40 || vocabulary.stats().handedBack() == 30);

    vocabulary.beginEnding();

    assertThat(platform.count("leased")).isEqualTo(PER_WEBHOOK);
    assertThat(platform.count("delivery where token is null and attempt_count = 0")).isEqualTo(40);
    assertThat(vocabulary.stats().handedBack()).isEqualTo(30);
    assertThat(vocabulary.stats().inFlight()).isEqualTo(PER_WEBHOOK);
    context.stop();
    assertThat(endpoint.requests()).hasSize(QUICK + PER_WEBHOOK);
  }

  /**
   * A few are answered, one after another, the last of them quickly even where the first is slow;
   * of 50 more 10 are not, while 30 are leased behind them and 10 are not leased.
   */
  private void hang_after_quick_answers() {
    List<Reply> replies = new ArrayList<>();
    replies.addAll(Collections.nCopies(QUICK, Reply.status(204)));
    replies.addAll(Collections.nCopies(PER_WEBHOOK, Reply.never()));
    replies.add(Reply.status(204));
    endpoint.answerInTurn(replies.toArray(Reply[]::new));
    platform.webhook(endpoint.url("/hook"));
    for (int i = 1; i <= QUICK; i++) {
      int delivered = i;
      platform.update(
          "update changepost.company set name = 'quick ' || ? where id = ?", i, platform.company);
      await()
          .atMost(SOON)
          .until(() -> platform.count("delivery_log where state='delivered'") == delivered);
    }
    platform.changesAtOnce(50);
    endpoint.awaitRequests(QUICK + PER_WEBHOOK, SOON);
  }

  @Test
  void attempts_wait_for_steps_that_go_on_elsewhere_after_the_outcome() throws Exception {
    Queue<AsyncCallback> elsewhere = new ConcurrentLinkedQueue<>();
    AtomicBoolean open = new AtomicBoolean();
    AdviceWith.adviceWith(
        context,
        "outcome",
        route -> route.weaveById("outcome-record").after().process(new Elsewhere(elsewhere, open)));
    context.start();
    platform.webhook(endpoint.url("/hook"));
    int room = 4 * IN_FLIGHT;

    platform.changes(room + 3 * PER_WEBHOOK);

    await().atMost(SOON).until(() -> elsewhere.size() == room);
    await()
        .during(Duration.ofMillis(500))
        .atMost(SOON)
        .until(() -> endpoint.requests().size() <= room + PER_WEBHOOK);
    open.set(true);
    elsewhere.forEach(callback -> callback.done(false));
    await()
        .atMost(SOON)
        .until(
            () -> platform.count("delivery_log where state='delivered'") == room + 3 * PER_WEBHOOK);
  }

  /** Goes on when the test says so, on another thread than the one that came. */
  private record Elsewhere(Queue<AsyncCallback> held, AtomicBoolean open)
      implements AsyncProcessor {

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
      if (open.get()) {
        callback.done(true);
        return true;
      }
      held.add(callback);
      return false;
    }

    @Override
    public CompletableFuture<Exchange> processAsync(Exchange exchange) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void process(Exchange exchange) {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void a_splitter_of_a_routes_own_before_the_attempts_goes_on_working() throws Exception {
    AdviceWith.adviceWith(
        context,
        "start-attempts",
        route ->
            route
                .weaveByToUri("seda:attempt*")
                .replace()
                .split(route.body())
                .to("seda:attempt?queue=#attemptQueue&waitForTaskToComplete=Never"));
    context.start();
    platform.webhook(endpoint.url("/hook"));

    platform.changesAtOnce(30);

    await().atMost(SOON).until(() -> platform.count("delivery_log where state='delivered'") == 30);
    assertThat(endpoint.requests()).hasSize(30);
  }

  @Test
  void what_a_route_sets_before_the_post_neither_goes_out_nor_leads_it_elsewhere()
      throws Exception {
    try (Endpoint elsewhere = Endpoint.start()) {
      AdviceWith.adviceWith(
          context,
          "attempt",
          route ->
              route
                  .weaveById("attempt-post")
                  .before()
                  .setHeader("X-Of-The-Route", route.constant("ours"))
                  .setHeader("webhook-id", route.constant("msg_forged"))
                  .setHeader(Exchange.HTTP_METHOD, route.constant("DELETE"))
                  .setHeader(Exchange.HTTP_PATH, route.constant("/other"))
                  .setHeader(Exchange.HTTP_QUERY, route.constant("a=b"))
                  .setHeader(Exchange.HTTP_URI, route.constant(elsewhere.url("/")))
                  .setHeader(Exchange.CONTENT_ENCODING, route.constant("gzip"))
                  .setBody(route.constant("another")));
      context.start();
      platform.webhook(endpoint.url("/hook?c=d"));

      platform.changes(1);

      Received request = endpoint.awaitRequests(1, SOON).get(0);
      assertThat(request.method()).isEqualTo("POST");
      assertThat(request.path()).isEqualTo("/hook?c=d");
      assertThat(request.headers().keySet())
          .containsExactlyInAnyOrder(
              "content-type",
              "user-agent",
              "webhook-id",
              "webhook-timestamp",
              "webhook-signature",
              "webhook-attempt",
              "content-length",
              "host",
              "connection");
      assertThat(request.text()).startsWith("{\"id\":\"" + request.header("webhook-id") + "\"");
      await().atMost(SOON).until(() -> platform.count("delivery_log where state='delivered'") == 1);
      assertThat(elsewhere.requests()).isEmpty();
    }
  }

  @Test
  void a_post_of_a_routes_own_before_the_attempts_has_the_routes_headers_alone() throws Exception {
    try (Endpoint chat = Endpoint.start()) {
      AdviceWith.adviceWith(
          context,
          "attempt",
          route ->
              route
                  .weaveById("attempt-post")
                  .before()
                  .setHeader("X-Of-The-Route", route.constant("said"))
                  .setHeader("webhook-attempt", route.constant("of the route"))
                  .to(chat.url("/chat") + "?httpMethod=POST"));
      context.start();
      platform.webhook(endpoint.url("/hook"), Map.of("X-Password", "of the customer"));

      platform.changes(1);

      Received arrived = endpoint.awaitRequests(1, SOON).get(0);
      assertThat(arrived.path()).isEqualTo("/hook");
      assertThat(arrived.header("X-Password")).isEqualTo("of the customer");
      assertThat(arrived.header("webhook-attempt")).isEqualTo("1");
      Received said = chat.awaitRequests(1, SOON).get(0);
      assertThat(said.path()).isEqualTo("/chat");
      assertThat(said.header("X-Of-The-Route")).isEqualTo("said");
      assertThat(said.header("webhook-attempt")).isEqualTo("of the route");
      assertThat(said.headers().keySet())
          .doesNotContain("webhook-id", "webhook-timestamp", "webhook-signature", "x-password");
    }
  }

  @Test
  void no_answer_in_time_is_a_failure() {
    context.start();
    endpoint.answerInTurn(Reply.never(), Reply.status(204));
    platform.webhook(endpoint.url("/hook"));

    platform.changes(1);

    await().atMost(SOON).until(() -> platform.count("delivery_log where state='delivered'") == 1);
    assertThat(
            platform.rows(
                "select number, status, error from changepost.every_attempt order by number"))
        .asString()
        .isEqualTo("[{number=1, status=null, error=timeout}, {number=2, status=204, error=null}]");
  }

  @Test
  void the_statements_of_the_polls_are_planned_once() throws Exception {
    context.start();
    platform.webhook(endpoint.url("/hook"));
    platform.changes(20);
    endpoint.awaitRequests(20, SOON);
    context.stop();

    Map<String, Long> runs = new TreeMap<>();
    List<Connection> all = new ArrayList<>();
    for (int i = 0; i < Platform.POOL_SIZE; i++) {
      Connection connection = platform.database.senderPool().getConnection();
      all.add(connection);
      try (Statement statement = connection.createStatement();
          ResultSet rows =
              statement.executeQuery(
                  """
                  select left(statement, 14), generic_plans + custom_plans
                  from pg_prepared_statements where statement like 'with%freeForSilent%'
                  """)) {
        while (rows.next()) {
          runs.merge(rows.getString(1).strip(), rows.getLong(2), Math::max);
        }
      }
    }
    for (Connection connection : all) {
      connection.close();
    }
    assertThat(runs).hasSize(2).allSatisfy((text, times) -> assertThat(times).isGreaterThan(1));
  }

  private static void hold(CountDownLatch open) {
    try {
      open.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
