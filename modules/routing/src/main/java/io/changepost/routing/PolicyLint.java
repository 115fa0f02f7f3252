package io.changepost.routing;

import io.changepost.routing.RouteSheet.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** The one redelivery policy: there, once, with its three resends. */
final class PolicyLint {

  private static final String TYPE = "org.apache.camel.processor.errorhandler.RedeliveryPolicy";
  private static final String RESENDS = "maximumRedeliveries";

  private PolicyLint() {}

  static void check(List<RouteSheet> sheets, List<Finding> findings) {
    List<String> places = new ArrayList<>();
    for (RouteSheet sheet : sheets) {
      beans(sheet)
          .filter(bean -> Vocabulary.POLICY.equals(text(bean, "name")))
          .forEach(
              bean -> {
                if (!places.isEmpty()) {
                  sheet.say(
                      bean,
                      Vocabulary.POLICY
                          + " is declared in "
                          + places.get(0)
                          + " already; there is one for all webhooks, so take this one out");
                }
                places.add(sheet.at(bean));
                check(sheet, bean);
              });
    }
    if (places.isEmpty()) {
      findings.add(
          new Finding(
              "routes",
              1,
              "no file declares the bean "
                  + Vocabulary.POLICY
                  + "; put it back under \"beans:\", with type "
                  + TYPE
                  + " and "
                  + RESENDS
                  + " 3"));
    }
  }

  private static void check(RouteSheet sheet, Node bean) {
    if (!TYPE.equals(text(bean, "type"))) {
      sheet.say(bean, Vocabulary.POLICY + " must be of type " + TYPE);
    }
    Field properties = RouteSheet.field(bean, "properties").orElse(null);
    Field resends =
        properties == null ? null : RouteSheet.field(properties.value(), RESENDS).orElse(null);
    if (resends == null) {
      sheet.say(bean, Vocabulary.POLICY + " must say " + RESENDS + ": 3");
    } else if (!"3".equals(resends.text())) {
      sheet.say(
          resends.key(),
          RESENDS
              + " must be 3, as customers were promised; what may change is "
              + "changepost.redelivery.delays");
    }
  }

  /** What the file declares under {@code beans:}. */
  static Stream<Node> beans(RouteSheet sheet) {
    return sheet
        .top("beans")
        .flatMap(
            found ->
                found.value() instanceof SequenceNode list
                    ? list.getValue().stream()
                    : Stream.empty());
  }

  private static @Nullable String text(Node bean, String name) {
    return RouteSheet.field(bean, name).map(Field::text).orElse(null);
  }
}
