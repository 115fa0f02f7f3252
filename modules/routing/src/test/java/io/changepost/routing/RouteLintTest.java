package io.changepost.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RouteLintTest {

  private static final String GOOD =
      """
      - beans:
          - name: deliveryPolicy
            type: org.apache.camel.processor.errorhandler.RedeliveryPolicy
            properties:
              maximumRedeliveries: 3
      - routeConfiguration:
          id: keep-going
      - route:
          id: my-report
          description: Tells once an hour what waits
          routeConfigurationId: keep-going
          from:
            uri: timer:report
            steps:
              - to: direct:tell
      - route:
          id: tell
          description: Says it
          routeConfigurationId: keep-going
          from:
            uri: direct:tell
            steps:
              - bean:
                  ref: inactivity
                  method: tell
      """;

  private final Path folder;

  RouteLintTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void the_shipped_routes_have_no_findings() throws IOException {
    assertThat(RouteLint.check(shipped())).isEmpty();
  }

  @Test
  void nothing_is_called_misspelt_that_camel_takes() throws IOException {
    List<Path> files = new ArrayList<>(shipped());
    try (Stream<Path> samples = Files.list(Path.of("../../routes/samples"))) {
      samples.filter(file -> file.toString().endsWith(".camel.yaml")).forEach(files::add);
    }
    assertThat(RouteLint.misspelt(files)).isEmpty();
  }

  @Test
  void a_good_file_has_no_findings() throws IOException {
    assertThat(check(GOOD)).isEmpty();
  }

  @Test
  void a_finding_names_folder_file_and_line() {
    assertThat(new Finding("routes/10-fan-out.camel.yaml", 9, "message"))
        .hasToString("routes/10-fan-out.camel.yaml:9: message");
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        refusal(10, "id: my-report", "id: [my-report", "this is not YAML"),
        refusal(9, "id: my-report", "id: MyReport", "lower-case words with hyphens"),
        refusal(8, "    id: my-report\n", "", "this route has no id"),
        refusal(17, "id: tell", "id: my-report", "\"my-report\" is taken by"),
        refusal(16, "    description: Says it\n", "", "has no description"),
        refusal(
            8,
            "once an hour what waits\n    routeConfigurationId: keep-going\n",
            "once\n",
            "has no routeConfigurationId"),
        refusal(
            19,
            "Says it\n    routeConfigurationId: keep-going",
            "Says it\n    routeConfigurationId: keep-gong",
            "no routeConfiguration \"keep-gong\""),
        refusal(15, "to: direct:tell", "to: direct:nobody", "no route listens at direct:nobody"),
        refusal(15, "to: direct:tell", "to: seda:tell?size=3", "no route listens at seda:tell"),
        refusal(
            18,
            "to: direct:tell",
            "to:\n            uri: https:a.example\n            parameters: {httpMethod: POST,\n"
                + "              httpMetod: POST}",
            "\"httpMetod\" is no option"),
        refusal(
            15, "to: direct:tell", "to: http:a.example?followRedirects=true", "followRedirects"),
        refusal(13, "uri: timer:report", "uri: sql:select 1", "SQL has a file of its own"),
        refusal(
            15,
            "to: direct:tell",
            "to: sql:classpath:a.sql?onConsume=delete from a",
            "SQL has a file of its own"),
        refusal(15, "to: direct:tell", "toD: http:${header.url}", "toD to http"),
        refusal(15, "to: direct:tell", "toD: ${header.url}", "toD to http"),
        refusal(
            15,
            "to: direct:tell",
            "recipientList: {simple: '${body}'}",
            "recipientList takes its address from an expression"),
        refusal(24, "ref: inactivity", "ref: mailer", "there is no bean \"mailer\""),
        refusal(25, "method: tell", "method: shout", "inactivity has no method \"shout\""),
        refusal(24, "ref: inactivity", "beanType: java.lang.Runtime", "by name, not by class"),
        refusal(15, "to: direct:tell", "to: bean:mailer?method=send", "no bean \"mailer\""),
        refusal(15, "to: direct:tell", "log: '${bean:mailer.send}'", "no bean \"mailer\""),
        refusal(
            17,
            "to: direct:tell",
            "to:\n            uri: sql:file:a.sql\n            parameters: {dataSource: '#other'}",
            "no bean \"other\""),
        refusal(
            26,
            "method: tell\n",
            "method: tell\n- errorHandler:\n    noErrorHandler: {}\n",
            "errorHandler at the top"),
        refusal(26, "method: tell\n", "method: tell\n- from: {uri: 'timer:a'}\n", "has no id"),
        refusal(5, "maximumRedeliveries: 3", "maximumRedeliveries: 4", "must be 3"),
        refusal(5, "maximumRedeliveries: 3", "maximumRedeliveries: '{{a}}'", "must be 3"),
        refusal(2, "maximumRedeliveries: 3", "logStackTrace: true", "must say maximumRedeliveries"),
        refusal(1, "name: deliveryPolicy", "name: otherPolicy", "no file declares the bean"),
        refusal(
            13, "uri: timer:report", "uri: timer:{{env:HOME}}", "must not read the environment"),
        refusal(15, "to: direct:tell", "log: '{{sys:user.home}}'", "must not read the environment"),
        refusal(
            17,
            "to: direct:tell",
            "to:\n            uri: log:a\n            parameters: {password: hunter2}",
            "\"password\" is written out"),
        refusal(15, "to: direct:tell", "to: http://a:b@c.example", "holds a password"),
        refusal(
            15,
            "to: direct:tell",
            "setHeader: {name: Authorization, constant: Bearer x}",
            "header's value is written out"),
        refusal(19, "Says it\n", "Says it\n    description: Twice\n", "is here twice"),
        refusal(15, "to: direct:tell", "delay: {constant: 60000}", "keeps messages in memory"),
        refusal(
            9,
            "id: keep-going\n",
            "id: keep-going\n    onException:\n      - onException: {redeliveryPolicy: {},\n"
                + "          exception: [java.lang.Throwable]}\n",
            "redelivery of Camel's"),
        refusal(
            8,
            "    from:\n      uri: timer:report\n      steps:\n        - to: direct:tell\n",
            "",
            "has no \"from\""),
        refusal(20, "uri: timer:report", "uri: direct:tell", "listens at direct:tell already"),
        refusal(13, "uri: timer:report", "uri: sql:file:none/there.sql", "there is no file"),
        refusal(13, "uri: timer:report", "uri: sql:classpath:none/there.sql", "there is no file"));
  }

  private static Arguments refusal(int line, String from, String to, String message) {
    return Arguments.of(line, from, to, message);
  }

  @ParameterizedTest(name = "{3}")
  @MethodSource("refusals")
  void refuses(int line, String from, String to, String message) throws IOException {
    assertThat(GOOD).contains(from);
    int at = GOOD.indexOf(from);
    String bad = GOOD.substring(0, at) + to + GOOD.substring(at + from.length());

    assertThat(check(bad))
        .anySatisfy(
            finding -> {
              assertThat(finding.message()).contains(message);
              assertThat(finding.line()).isEqualTo(line);
            });
  }

  @Test
  void what_is_to_be_there_once_is_refused_the_second_time() throws IOException {
    String twice =
        GOOD.replace("- to: direct:tell", "- to: {id: step, uri: 'direct:tell'}")
            .replace("- bean:\n            ref", "- bean:\n            id: step\n            ref")
            .replaceAll("( +)(id: (?:my-report|tell))", "$1$2\n$1startupOrder: 7");

    assertThat(check(twice))
        .extracting(Finding::line, Finding::message)
        .satisfiesExactly(
            order ->
                assertThat(order.toList().toString()).contains("19", "startupOrder 7 is taken"),
            step -> assertThat(step.toList().toString()).contains("26", "id step is taken"));
  }

  @Test
  void times_are_told_from_words() throws IOException {
    String times =
        GOOD.replace("uri: timer:report", "uri: timer:report\n      parameters: {period: %s}");

    assertThat(check(times.formatted("often")))
        .singleElement()
        .satisfies(finding -> assertThat(finding.message()).contains("\"often\" is no time"));
    assertThat(check(times.formatted("1h30m"))).isEmpty();
    assertThat(check(times.formatted("'{{my.period}}'"))).isEmpty();
  }

  @Test
  void from_each_attempt_a_way_leads_to_its_outcome() throws IOException {
    String attempt =
        """
        - route:
            id: attempt
            description: Posts
            routeConfigurationId: keep-going
            from:
              uri: seda:attempt
              steps:
                - to: direct:after
        - route:
            id: after
            description: Ends
            routeConfigurationId: keep-going
            from:
              uri: direct:after
              steps:
                - bean: {ref: outcome, method: record}
        """;

    assertThat(check(GOOD + attempt)).isEmpty();
    assertThat(check(GOOD + attempt.replace("to: direct:after", "log: x")))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.line()).isEqualTo(26);
              assertThat(finding.message()).contains("no way leads to the bean outcome");
            });
  }

  @Test
  void an_empty_file_is_refused() throws IOException {
    Path good = write("a.camel.yaml", GOOD);
    Path empty = write("b.camel.yaml", "# nothing yet\n");

    assertThat(RouteLint.check(List.of(good, empty)))
        .singleElement()
        .satisfies(finding -> assertThat(finding.message()).contains("this file is empty"));
  }

  @Test
  void ids_are_unique_over_all_files() throws IOException {
    Path first = write("a.camel.yaml", GOOD);
    Path second =
        write(
            "b.camel.yaml",
            """
            - route:
                id: tell
                description: Says it again
                routeConfigurationId: keep-going
                from:
                  uri: timer:again
                  steps:
                    - to: direct:tell
            """);

    assertThat(RouteLint.check(List.of(first, second)))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.line()).isEqualTo(2);
              assertThat(finding.file()).endsWith("/b.camel.yaml");
              assertThat(finding.message()).contains("a.camel.yaml:17");
            });
  }

  @Test
  void there_is_one_delivery_policy() throws IOException {
    Path first = write("a.camel.yaml", GOOD);
    Path second =
        write(
            "b.camel.yaml",
            """
            - beans:
                - name: deliveryPolicy
                  type: org.apache.camel.processor.errorhandler.RedeliveryPolicy
                  properties:
                    maximumRedeliveries: 3
            """);

    assertThat(RouteLint.check(List.of(first, second)))
        .singleElement()
        .satisfies(
            finding ->
                assertThat(finding.message())
                    .contains("is declared in")
                    .contains("a.camel.yaml:2"));
  }

  @Test
  void a_declared_bean_may_be_called() throws IOException {
    String more =
        GOOD.replaceFirst("- name", "- name: mailer\n      type: org.example.Mailer\n    - name")
            .replace("ref: inactivity", "ref: mailer");

    assertThat(check(more)).isEmpty();
  }

  @Test
  void a_setting_may_stand_for_a_password() throws IOException {
    String more =
        GOOD.replace(
            "to: direct:tell",
            "to:\n            uri: log:a\n            parameters: {password: '{{my.password}}'}");

    assertThat(check(more)).isEmpty();
  }

  private List<Finding> check(String yaml) throws IOException {
    return RouteLint.check(List.of(write("a.camel.yaml", yaml)));
  }

  private Path write(String name, String yaml) throws IOException {
    return Files.writeString(folder.resolve(name), yaml);
  }

  private static List<Path> shipped() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("../../routes"))) {
      return new ArrayList<>(
          files.filter(file -> file.toString().endsWith(".camel.yaml")).toList());
    }
  }
}
