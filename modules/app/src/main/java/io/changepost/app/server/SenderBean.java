package io.changepost.app.server;

import io.changepost.persistence.delivery.QueueStats;
import io.changepost.routing.SenderStats;
import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/** The MBean, registered while the node runs. */
final class SenderBean implements SenderMXBean, AutoCloseable {

  private static final String NAME = "changepost:type=Sender";

  private final SenderStats stats;
  private final QueueWatch queue;

  private SenderBean(SenderStats stats, QueueWatch queue) {
    this.stats = stats;
    this.queue = queue;
  }

  static SenderBean register(SenderStats stats, QueueWatch queue) {
    SenderBean bean = new SenderBean(stats, queue);
    try {
      MBeanServer server = ManagementFactory.getPlatformMBeanServer();
      ObjectName name = new ObjectName(NAME);
      if (server.isRegistered(name)) {
        server.unregisterMBean(name);
      }
      server.registerMBean(bean, name);
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
  public long getDelivered() {
    return stats.delivered();
  }

  @Override
  public long getDueAgain() {
    return stats.redelivered();
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
  public long getWaiting() {
    QueueStats now = queue.stats();
    return now == null ? -1 : now.waiting();
  }

  @Override
  public long getOverdueSeconds() {
    QueueStats now = queue.stats();
    if (now == null) {
      return -1;
    }
    return now.dueAge() == null ? 0 : now.dueAge().toSeconds();
  }

  @Override
  public void close() {
    try {
      ManagementFactory.getPlatformMBeanServer().unregisterMBean(new ObjectName(NAME));
    } catch (JMException e) {
      throw new IllegalStateException("cannot unregister " + NAME, e);
    }
  }
}
