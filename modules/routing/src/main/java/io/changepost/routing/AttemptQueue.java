package io.changepost.routing;

import io.changepost.domain.ClaimedDelivery;
import java.util.AbstractQueue;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * The queue of {@code seda:attempt}: leased deliveries on their way to the threads that attempt
 * them. They come one by one or many in a list, and go one by one, each in an exchange of its own.
 * The order is that of {@link Line}, the threads are those of {@link HandOver}; an ordinary queue
 * wakes a thread for every delivery, which costs a third of it. Bounded, thread-safe.
 */
final class AttemptQueue extends AbstractQueue<Exchange> implements BlockingQueue<Exchange> {

  private final int capacity;
  private final HandOver handOver;

  /** The same with the answers of a node; one place, because each makes a class of its own. */
  AttemptQueue(int capacity, int few, Slots slots, RecentAnswers answers) {
    this(capacity, few, slots, answers::isAnswering);
  }

  /**
   * @param capacity the most deliveries that may wait; what is offered beyond it is refused
   * @param few threads that may be at work however quick the attempts are
   * @param answers whether a webhook is known to answer
   */
  AttemptQueue(int capacity, int few, Slots slots, LongPredicate answers) {
    this(capacity, AtWork.few(few), slots, answers, System::nanoTime);
  }

  AttemptQueue(
      int capacity, AtWork atWork, Slots slots, LongPredicate answers, LongSupplier nanoTime) {
    this.capacity = capacity;
    this.handOver = new HandOver(new Line(slots, answers, nanoTime), atWork, nanoTime);
    slots.whenEnded(handOver::ended);
  }

  /** Takes out those of these webhooks that have not begun. */
  List<ClaimedDelivery> withdraw(Set<Long> webhooks) {
    return deliveries(handOver.changed(line -> line.withdraw(webhooks)));
  }

  /** Takes out all that have not begun. */
  List<ClaimedDelivery> withdrawAll() {
    return deliveries(handOver.changed(Line::withdrawAll));
  }

  private static List<ClaimedDelivery> deliveries(List<Waiting> items) {
    return items.stream().map(Waiting::delivery).flatMap(Stream::ofNullable).toList();
  }

  /** From now on whoever asks for one waits no longer than some moments. */
  void end() {
    handOver.end();
  }

  /** False where not all of it fits; the first ones of a list that do are in the queue then. */
  @Override
  public boolean offer(Exchange item) {
    return handOver.add(Waiting.in(item), capacity);
  }

  @Override
  public @Nullable Exchange poll(long timeout, TimeUnit unit) throws InterruptedException {
    return exchange(handOver.take(unit.toNanos(timeout)));
  }

  @Override
  public @Nullable Exchange poll() {
    return exchange(handOver.changed(Line::next));
  }

  /** Made here, by the thread that goes on with it, and outside of any lock. */
  private static @Nullable Exchange exchange(@Nullable Waiting item) {
    if (item == null) {
      return null;
    }
    Exchange exchange = item.exchange();
    Attempt.taken(exchange);
    return exchange;
  }

  @Override
  public @Nullable Exchange peek() {
    return exchange(handOver.changed(line -> line.all().stream().findFirst().orElse(null)));
  }

  @Override
  public Exchange take() throws InterruptedException {
    Exchange item = null;
    while (item == null) {
      item = poll(1, TimeUnit.MINUTES);
    }
    return item;
  }

  /** Does not wait: claims never ask for more than there is room for. */
  @Override
  public void put(Exchange item) {
    add(item);
  }

  /** Does not wait, like {@link #put}. */
  @Override
  public boolean offer(Exchange item, long timeout, TimeUnit unit) {
    return offer(item);
  }

  @Override
  public int remainingCapacity() {
    return capacity - size();
  }

  /** Those that wait for a slot of their webhook too. */
  @Override
  public int size() {
    return handOver.changed(Line::size);
  }

  @Override
  public int drainTo(Collection<? super Exchange> to) {
    List<Waiting> all = handOver.changed(Line::withdrawAll);
    all.forEach(item -> to.add(item.exchange()));
    return all.size();
  }

  /** What is cleared never begins: its leases run out. */
  @Override
  public void clear() {
    handOver.changed(Line::withdrawAll);
  }

  /** Refused: they are taken one by one, as slots allow, or all together. */
  @Override
  public int drainTo(Collection<? super Exchange> to, int most) {
    throw new UnsupportedOperationException("take one, or all");
  }

  /** Over what there was when it was asked for. */
  @Override
  public Iterator<Exchange> iterator() {
    return handOver.changed(Line::all).stream().map(Waiting::exchange).iterator();
  }
}
