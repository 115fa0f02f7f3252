package io.changepost.app.server;

import io.changepost.routing.SenderStats;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.HealthCheckRegistry;

/** What operators watch: meters, health, and one MBean. */
final class Operations implements AutoCloseable {

  private final SenderBean bean;
  private final JvmGcMetrics collections = new JvmGcMetrics();

  private Operations(SenderBean bean) {
    this.bean = bean;
  }

  static Operations begin(
      CamelContext context,
      SenderStats stats,
      QueueWatch queue,
      OperatorActions actions,
      DatabaseWatch watch) {
    Operations operations = new Operations(SenderBean.register(stats, queue, actions));
    HealthCheckRegistry health = HealthCheckHelper.getHealthCheckRegistry(context);
    if (health != null) {
      health.register(watch);
    }
    MeterRegistry meters = context.getRegistry().findSingleByType(MeterRegistry.class);
    if (meters != null) {
      new SenderMetrics(stats, queue).bindTo(meters);
      Gauge.builder("changepost.database.answers", watch, one -> one.answers() ? 1 : 0)
          .description("1 while the database answers this node")
          .register(meters);
      new JvmMemoryMetrics().bindTo(meters);
      new JvmThreadMetrics().bindTo(meters);
      new ProcessorMetrics().bindTo(meters);
      operations.collections.bindTo(meters);
    }
    return operations;
  }

  @Override
  public void close() {
    collections.close();
    bean.close();
  }
}
