package io.changepost.app.server;

import io.changepost.persistence.delivery.QueueStats;
import io.changepost.persistence.delivery.WebhookFigures;
import io.changepost.routing.SenderStats;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToLongFunction;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/** The MBean, registered while the node runs. */
final class SenderBean implements SenderMXBean, AutoCloseable {

  private static final String NAME = "changepost:type=Sender";

  private final SenderStats stats;
  private final QueueWatch queue;
  private final OperatorActions actions;
  private final OutcomeRates rates;

  private SenderBean(SenderStats stats, QueueWatch queue, OperatorActions actions) {
    this.stats = stats;
    this.queue = queue;
    this.actions = actions;
    this.rates = OutcomeRates.begin(stats);
  }

  static SenderBean register(SenderStats stats, QueueWatch queue, OperatorActions actions) {
    SenderBean bean = new SenderBean(stats, queue, actions);
    try {
      MBeanServer server = ManagementFactory.getPlatformMBeanServer();
      ObjectName name = new ObjectName(NAME);
      if (server.isRegistered(name)) {
        server.unregisterMBean(name);
      }
      server.registerMBean(new DescribedBean(bean, SenderMXBean.class), name);
    } catch (JMException e) {
      throw new IllegalStateException("cannot register " + NAME, e);
    }
    return bean;
  }

  @Override
  public int getInFlight() {
    return stats.inFlight();
  }

  @Override
  public long getChanges() {
    return stats.changes();
  }

  @Override
  public long getDeliveriesMade() {
    return stats.made();
  }

  @Override
  public long getDelivered() {
    return stats.delivered();
  }

  @Override
  public long getDueAgain() {
    return stats.redelivered();
  }

  @Override
  public long getNotBegun() {
    return stats.notBegun();
  }

  @Override
  public long getFailed() {
    return stats.failed();
  }

  @Override
  public long getStaleOutcomes() {
    return stats.staleOutcomes();
  }

  @Override
  public long getLostLeases() {
    return stats.lostLeases();
  }

  @Override
  public long getWorkerLost() {
    return stats.workerLost();
  }

  @Override
  public long getHandedBack() {
    return stats.handedBack();
  }

  @Override
  public double getDeliveredPerSecond() {
    return rates.perSecond(OutcomeRates.Sample::delivered);
  }

  @Override
  public double getDueAgainPerSecond() {
    return rates.perSecond(OutcomeRates.Sample::dueAgain);
  }

  @Override
  public double getFailedPerSecond() {
    return rates.perSecond(OutcomeRates.Sample::failed);
  }

  @Override
  public long getOutboxWaiting() {
    return known(QueueStats::outbox);
  }

  @Override
  public long getOutboxAgeSeconds() {
    return known(now -> seconds(now.outboxAge()));
  }

  @Override
  public long getWaiting() {
    return known(QueueStats::waiting);
  }

  @Override
  public long getOverdueSeconds() {
    return known(now -> seconds(now.dueAge()));
  }

  @Override
  public int getActiveWebhooks() {
    return (int) known(QueueStats::activeWebhooks);
  }

  @Override
  public int getInactiveWebhooks() {
    return (int) known(QueueStats::inactiveWebhooks);
  }

  @Override
  public int getFailingWebhooks() {
    return (int) known(QueueStats::failingWebhooks);
  }

  @Override
  public boolean isPaused() {
    return known(now -> now.paused() ? 1 : 0) == 1;
  }

  private long known(ToLongFunction<QueueStats> figure) {
    QueueStats now = queue.stats();
    return now == null ? -1 : figure.applyAsLong(now);
  }

  private static long seconds(@Nullable Duration age) {
    return age == null ? 0 : age.toSeconds();
  }

  @Override
  public void pause() {
    actions.pause();
    queue.forget();
  }

  @Override
  public void resume() {
    actions.resume();
    queue.forget();
  }

  @Override
  public Map<String, String> describeWebhook(long id) {
    WebhookFigures webhook = actions.webhook(id);
    Map<String, @Nullable Object> facts = new LinkedHashMap<>();
    facts.put("id", id);
    facts.put("organizationId", webhook.organizationId());
    facts.put("url", webhook.url());
    facts.put("status", webhook.status());
    facts.put("inactiveReason", webhook.inactiveReason());
    facts.put("inactiveSince", webhook.inactiveSince());
    facts.put("paused", webhook.paused());
    facts.put("ordered", webhook.ordered());
    facts.put("lastSuccessAt", webhook.lastSuccessAt());
    facts.put("failingSince", webhook.failingSince());
    facts.put("waiting", webhook.waiting());
    facts.put("overdueSeconds", seconds(webhook.dueAge()));
    facts.put("failed", webhook.failed());
    Map<String, String> told = new LinkedHashMap<>();
    facts.forEach((name, fact) -> told.put(name, Objects.toString(fact, "")));
    return told;
  }

  @Override
  public boolean activate(long id) {
    return actions.activate(id);
  }

  @Override
  public boolean deactivate(long id) {
    return actions.deactivate(id);
  }

  @Override
  public boolean pauseWebhook(long id) {
    return actions.pauseWebhook(id);
  }

  @Override
  public boolean resumeWebhook(long id) {
    return actions.resumeWebhook(id);
  }

  @Override
  public int replay(long id, String since, String which) {
    return actions.replay(id, since, which);
  }

  @Override
  public void close() {
    rates.close();
    try {
      ManagementFactory.getPlatformMBeanServer().unregisterMBean(new ObjectName(NAME));
    } catch (JMException e) {
      throw new IllegalStateException("cannot unregister " + NAME, e);
    }
  }
}
