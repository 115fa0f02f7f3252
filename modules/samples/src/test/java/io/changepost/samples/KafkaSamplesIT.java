package io.changepost.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.changepost.testkit.Endpoint;
import io.changepost.testkit.Received;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes to and from a Kafka broker that runs. */
class KafkaSamplesIT {

  private static final Duration SOON = Duration.ofSeconds(40);

  private final Endpoint endpoint = Endpoint.start();
  private final Broker broker;
  private final Node node;

  KafkaSamplesIT(@TempDir Path folder) throws IOException {
    broker = Broker.in(folder.resolve("kafka"));
    node = Node.in(folder).set("kafka.brokers", broker.address());
  }

  @AfterEach
  void end() {
    node.close();
    broker.close();
    endpoint.close();
  }

  private Node feeding() {
    return feeding("");
  }

  private Node feeding(String stepsBefore) {
    broker.topic("changes");
    return node.with("feed-to-kafka.camel.yaml")
        .set("kafka.webhook", "1")
        .set("kafka.changes", "changes")
        .edit(
            "30-attempt.camel.yaml",
            SamplesIT.POST_STEP,
            stepsBefore
                + """
                        - to:
                            uri: direct:feed-to-kafka
                """)
        .start();
  }

  @Test
  void the_messages_of_one_webhook_are_in_the_topic_in_order() {
    feeding();
    node.webhook(endpoint.url("/never"));
    for (int i = 0; i < 3; i++) {
      node.company("name " + i, "015-2");
    }

    List<ConsumerRecord<String, String>> records = read("changes", 3);
    assertThat(records).extracting(ConsumerRecord::key).containsOnly("Company/1");
    assertThat(records)
        .extracting(ConsumerRecord::value)
        .allMatch(m -> m.contains("\"webhookId\":1"));
    assertThat(records.get(0).headers().lastHeader("webhook-signature").value())
        .asString()
        .startsWith("v1,");
    await().atMost(SOON).until(() -> delivered() == 3);
    assertThat(endpoint.requests()).isEmpty();
  }

  @Test
  void no_header_of_the_webhook_chooses_the_topic_or_the_partition() {
    feeding(
        """
                - setHeader:
                    name: Kafka.Override_Topic
                    constant: elsewhere
                - setHeader:
                    name: kafka.PARTITION_KEY
                    constant: "7"
        """);
    node.webhook(endpoint.url("/never"));
    node.company("new", "015-2");

    assertThat(read("changes", 1).get(0).key()).isEqualTo("Company/1");
    await().atMost(SOON).until(() -> delivered() == 1);
  }

  @Test
  void a_broker_that_is_away_is_a_failed_attempt_and_nothing_is_lost() throws Exception {
    // On a busy machine a broker takes longer to come back than three resends of a second each.
    node.set("changepost.redelivery.delays", "6s,10s,20s");
    feeding();
    node.webhook(endpoint.url("/never"));
    broker.kill();
    node.company("meanwhile", "015-2");
    await().atMost(SOON).until(() -> deliveries().matches("(?s).*\"attemptCount\":[1-4].*"));

    broker.restart();
    assertThat(read("changes", 1).get(0).value()).contains("\"name\":\"meanwhile\"");
    await().atMost(SOON).until(() -> delivered() == 1);
  }

  @Test
  void records_of_a_topic_are_changes_and_what_is_refused_is_passed_over() {
    broker.topic("published");
    node.with("feed-from-kafka.camel.yaml").set("kafka.published", "published").start();
    node.webhook(endpoint.url("/hook"));

    write("published", "this is no JSON");
    write("published", "{\"object\":\"Nonsense\",\"action\":\"update\",\"objectId\":\"1\"}");
    write(
        "published",
        """
        {"object":"Company","action":"update","objectId":"4711","companyId":1,
         "current":{"name":"from Kafka","turnover":12345678901234567890.10},"previous":null}""");

    Received request = endpoint.awaitRequests(1, SOON).get(0);
    assertThat(request.text())
        .contains("\"objectId\":\"4711\"", "\"turnover\":12345678901234567890.10");
  }

  private String deliveries() {
    return node.asOrganization("GET", "/webhooks/1/deliveries", "");
  }

  private long delivered() {
    return deliveries().split("\"state\":\"delivered\"", -1).length - 1L;
  }

  private List<ConsumerRecord<String, String>> read(String topic, int count) {
    List<ConsumerRecord<String, String>> records = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                broker.address(),
                "group.id",
                "test",
                "auto.offset.reset",
                "earliest"),
            new StringDeserializer(),
            new StringDeserializer())) {
      consumer.subscribe(List.of(topic));
      await()
          .atMost(SOON)
          .until(
              () -> {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
                return records.size() >= count;
              });
    }
    return records;
  }

  private void write(String topic, String value) {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.address()),
            new StringSerializer(),
            new StringSerializer())) {
      ProducerRecord<String, String> one = new ProducerRecord<>(topic, value);
      // Would be the statement, were it let in.
      for (String name : List.of("CamelSqlQuery", "camelsqlquery", "CamelHttpUri")) {
        one.headers().add(name, "select 1/0".getBytes(StandardCharsets.UTF_8));
      }
      producer.send(one).get();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
