package io.changepost.app.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.changepost.app.TestServer;
import io.changepost.testkit.Endpoint;
import io.changepost.testkit.Reply;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import javax.management.JMException;
import javax.management.MBeanFeatureInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.RuntimeMBeanException;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator's room in JMX, over the MBean server of this JVM and over Jolokia. */
class SenderBeanIT {

  private static final Duration SOON = Duration.ofSeconds(20);

  private final MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
  private final ObjectName sender = name();
  private final Endpoint endpoint = Endpoint.start();
  private final TestServer server;

  private String key;
  private long webhook;

  SenderBeanIT(@TempDir Path folder) {
    server =
        TestServer.start(
            folder,
            Map.of(
                "changepost.jolokia.enabled", "true",
                "changepost.jolokia.password", "only-for-tests"));
  }

  @BeforeEach
  void begin() {
    key = server.organization("Builders");
    webhook = server.webhook(key, endpoint.url("/hook?token=secret"));
  }

  @AfterEach
  void end() {
    server.close();
    endpoint.close();
  }

  private static ObjectName name() {
    try {
      return new ObjectName("changepost:type=Sender");
    } catch (JMException e) {
      throw new IllegalStateException(e);
    }
  }

  private Object attribute(String name) {
    try {
      return beans.getAttribute(sender, name);
    } catch (JMException e) {
      throw new IllegalStateException(e);
    }
  }

  private Object invoke(String operation, Object... given) {
    String[] types =
        Arrays.stream(given)
            .map(one -> one instanceof Long ? "long" : one.getClass().getName())
            .toArray(String[]::new);
    try {
      return beans.invoke(sender, operation, given, types);
    } catch (JMException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void every_attribute_operation_and_parameter_tells_what_it_is() throws Exception {
    MBeanInfo info = beans.getMBeanInfo(sender);

    assertThat(info.getDescription()).contains("what you may do");
    assertThat(info.getAttributes()).hasSizeGreaterThan(15).allMatch(SenderBeanIT::isDescribed);
    assertThat(info.getOperations()).hasSize(8).allMatch(SenderBeanIT::isDescribed);
    for (MBeanOperationInfo operation : info.getOperations()) {
      assertThat(operation.getSignature())
          .allMatch(SenderBeanIT::isDescribed)
          .noneMatch(parameter -> parameter.getName().matches("p[0-9]"));
    }
  }

  private static boolean isDescribed(MBeanFeatureInfo feature) {
    return feature.getDescription().length() > 5
        && !feature.getDescription().equals(feature.getName());
  }

  @Test
  void it_counts_what_becomes_of_messages_and_rates_them() {
    endpoint.answerInTurn(Reply.of(200, ""), Reply.of(500, ""));
    server.touchCompany("first");
    endpoint.awaitRequests(1, SOON);
    server.touchCompany("second");

    await().atMost(SOON).until(() -> attribute("DueAgain").equals(1L));
    await().atMost(SOON).until(() -> attribute("Delivered").equals(1L));
    assertThat((double) attribute("DeliveredPerSecond")).isPositive();
    assertThat((double) attribute("DueAgainPerSecond")).isPositive();
    assertThat((double) attribute("FailedPerSecond")).isZero();
    assertThat(attribute("DeliveriesMade")).isEqualTo(2L);
    assertThat(attribute("LostLeases")).isEqualTo(0L);
    assertThat(attribute("StaleOutcomes")).isEqualTo(0L);
    await().atMost(SOON).until(() -> attribute("Waiting").equals(1L));
    await().atMost(SOON).until(() -> attribute("FailingWebhooks").equals(1));
    assertThat(attribute("OutboxAgeSeconds")).isEqualTo(0L);
  }

  @Test
  void delivery_is_paused_and_goes_on() {
    invoke("pause");
    assertThat(attribute("Paused")).isEqualTo(true);
    assertThat(server.call(TestServer.KEY, "GET", "/stats", "").body())
        .contains("\"paused\":true,");

    server.touchCompany("while paused");
    await()
        .atMost(SOON)
        .until(() -> "1".equals(described().get("waiting")) && endpoint.requests().isEmpty());

    invoke("resume");
    endpoint.awaitRequests(1, SOON);
    assertThat(attribute("Paused")).isEqualTo(false);
  }

  @Test
  void a_webhook_of_any_organization_is_described_switched_and_replayed() {
    server.touchCompany("first");
    endpoint.awaitRequests(1, SOON);
    assertThat(described())
        .containsEntry("status", "active")
        .containsEntry("url", endpoint.url("/hook"))
        .containsEntry("failed", "0");

    assertThat(invoke("deactivate", webhook)).isEqualTo(true);
    assertThat(invoke("deactivate", webhook)).isEqualTo(false);
    assertThat(described())
        .containsEntry("status", "inactive")
        .containsEntry("inactiveReason", "by operator");
    assertThat(server.call(key, "GET", "/audit", "").body())
        .containsPattern("\"actor\":\"operator\",\"action\":\"webhook.(inactive|deactivate)\"");
    assertThatThrownBy(() -> invoke("replay", webhook, "1h", "all"))
        .isInstanceOf(RuntimeMBeanException.class)
        .hasRootCauseMessage("webhook " + webhook + " is inactive; activate it first");
    assertThat(invoke("activate", webhook)).isEqualTo(true);

    await().atMost(SOON).until(() -> invoke("replay", webhook, "1h", "all").equals(1));
    endpoint.awaitRequests(2, SOON);

    assertThat(invoke("pauseWebhook", webhook)).isEqualTo(true);
    server.touchCompany("second");
    await().atMost(SOON).until(() -> "1".equals(described().get("waiting")));
    assertThat(invoke("resumeWebhook", webhook)).isEqualTo(true);
    endpoint.awaitRequests(3, SOON);
  }

  @Test
  void what_makes_no_sense_is_refused_in_words() {
    assertThatThrownBy(() -> invoke("activate", 987654321L))
        .hasRootCauseMessage("there is no webhook 987654321");
    assertThatThrownBy(() -> invoke("replay", webhook, "yesterday", "all"))
        .rootCause()
        .hasMessageStartingWith("since is a time such as 20");
    assertThatThrownBy(() -> invoke("replay", webhook, "1h", "most"))
        .hasRootCauseMessage("which is one of failed, missed, all");
  }

  @Test
  void jolokia_lets_exactly_these_operations_through_and_only_by_post() throws Exception {
    assertThat(jolokia("{'type':'exec','mbean':'changepost:type=Sender','operation':'pause'}"))
        .contains("\"status\":200");
    assertThat(attribute("Paused")).isEqualTo(true);
    assertThat(jolokia("{'type':'exec','mbean':'changepost:type=Sender','operation':'resume()'}"))
        .contains("\"status\":200");
    assertThat(
            jolokia(
                "{'type':'exec','mbean':'changepost:type=Sender',"
                    + "'operation':'describeWebhook(long)','arguments':["
                    + webhook
                    + "]}"))
        .contains("\"lastSuccessAt\":\"");
    // As Hawtio asks for the counts in its picture of a route.
    assertThat(
            jolokia(
                "{'type':'exec','operation':'dumpRouteStatsAsXml','arguments':[true,true],"
                    + "'mbean':'org.apache.camel:context=changepost,type=routes,name=\\\"claim\\\"'}"))
        .contains("routeStat", "\"status\":200");
    for (MBeanOperationInfo operation : beans.getMBeanInfo(sender).getOperations()) {
      // With wrong arguments it may fail; what is not on the list would be forbidden.
      assertThat(
              jolokia(
                  "{'type':'exec','mbean':'changepost:type=Sender','operation':'"
                      + operation.getName()
                      + "','arguments':['a','b','c','d']}"))
          .as(operation.getName())
          .doesNotContain("forbidden", "not allowed");
    }
    for (String other :
        new String[] {
          "'mbean':'org.apache.camel:context=changepost,type=context,name=\\\"changepost\\\"',"
              + "'operation':'sendBody(java.lang.String,java.lang.Object)','arguments':['a','b']",
          "'mbean':'java.lang:type=Memory','operation':'gc'",
          "'mbean':'com.sun.management:type=DiagnosticCommand','operation':'vmVersion'"
        }) {
      assertThat(jolokia("{'type':'exec'," + other + "}")).as(other).contains("\"status\":403");
    }
    assertThat(
            jolokia(
                "{'type':'write','mbean':'java.lang:type=Memory',"
                    + "'attribute':'Verbose','value':true}"))
        .contains("\"status\":403");
    invoke("resume");
    HttpRequest link =
        HttpRequest.newBuilder(
                URI.create(
                    server.managementUrl()
                        + "/observe/jolokia/exec/changepost:type=Sender/pause()"))
            .header("Authorization", login())
            .build();
    assertThat(send(link)).contains("\"status\":403");
    assertThat(attribute("Paused")).isEqualTo(false);
  }

  private String jolokia(String request) throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(URI.create(server.managementUrl() + "/observe/jolokia"))
            .header("Authorization", login())
            .POST(HttpRequest.BodyPublishers.ofString(request.replace('\'', '"')))
            .build());
  }

  private static String send(HttpRequest request) throws IOException, InterruptedException {
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  private static String login() {
    byte[] login = "operator:only-for-tests".getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(login);
  }

  private Map<String, String> described() {
    TabularData table = (TabularData) invoke("describeWebhook", webhook);
    Map<String, String> facts = new java.util.HashMap<>();
    for (Object row : table.values()) {
      CompositeData fact = (CompositeData) row;
      facts.put((String) fact.get("key"), (String) fact.get("value"));
    }
    return facts;
  }
}
