package cn.ucloud.csi.udisk.controller.kube.lease;

import cn.ucloud.csi.udisk.controller.kube.lease.LeaseElection.Outcome;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has this process wait for the lease, act while it holds it, and end when it loses it.
 *
 * <p>Two threads: one asks for the lease and may hang as long as the API server does; the other one
 * only watches the clock.
 */
public final class LeaseKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);

  /** For what is on its way when the process ends. */
  private static final Duration REPLY_MARGIN = Duration.ofSeconds(3);

  private final LeaseElection election;
  private final LeaseTimings terms;
  private final ActingTerm term;
  private final LeaseListener listener;
  private final LongSupplier nanos;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread asking = Thread.ofPlatform().daemon().name("lease").unstarted(this::ask);
  private boolean acting;

  /** What the process does about it. Called on the thread that asks; must not wait. */
  public interface LeaseListener {
    /** Another process holds the lease, or none does yet. */
    void standingBy(String why);

    /**
     * This process begins to act. Called once, before the first change is allowed.
     *
     * @param isFromFormer whether nobody acted since the process before it in this pod
     */
    void acting(boolean isFromFormer);

    /** The lease is lost: the process must be gone when this returns. */
    void lost(String why);
  }

  public LeaseKeeper(
      LeaseElection election,
      LeaseTimings terms,
      ActingTerm term,
      LeaseListener listener,
      LongSupplier nanos) {
    this.election = election;
    this.terms = terms;
    this.term = term;
    this.listener = listener;
    this.nanos = nanos;
  }

  public LeaseKeeper start() {
    asking.start();
    return this;
  }

  private void ask() {
    try {
      do {
        long begun = nanos.getAsLong();
        Optional<Outcome> outcome = attempt();
        if (outcome.isPresent()) {
          settle(outcome.get(), begun);
        }
      } while (!closing.await(terms.retryPeriod().toNanos(), TimeUnit.NANOSECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) { // nobody would renew any more, and nobody ask again
      LOG.error("bug in the election", e);
      listener.lost("nothing keeps the lease any more");
    }
  }

  /** Empty if the lease could not be asked for; then nothing is known, and the clock decides. */
  private Optional<Outcome> attempt() {
    try {
      return Optional.of(election.attempt());
    } catch (RuntimeException e) {
      LOG.warn("the lease cannot be asked for: {}", e.toString());
      return Optional.empty();
    }
  }

  private void settle(Outcome outcome, long begun) {
    if (outcome == Outcome.HELD) {
      hold(begun);
    } else if (!acting) {
      listener.standingBy(holder() + " holds the lease");
    } else if (outcome == Outcome.HELD_BY_OTHER) {
      listener.lost(holder() + " holds the lease");
    }
  }

  private String holder() {
    return election.findHolder().orElse("nobody");
  }

  private void hold(long begun) {
    if (!acting) {
      acting = true;
      listener.acting(election.isFromFormer());
      term.extend(begun);
      Thread.ofPlatform().daemon().name("lease clock").start(this::watchClock);
    } else if (term.left().isPositive()) {
      term.extend(begun);
    } // else it is too late to go on, and the other thread is ending the process
  }

  private void watchClock() {
    try {
      Duration left = term.left();
      while (left.isPositive()) {
        if (closing.await(left.toNanos(), TimeUnit.NANOSECONDS)) {
          return;
        }
        left = term.left();
      }
      if (closing.getCount() > 0) { // else the term was ended by close, in good order
        listener.lost(
            "the lease could not be renewed for " + terms.renewDeadline().toMillis() + " ms");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the term and, if nothing is under way any more, hands over without a wait. */
  @Override
  public void close() {
    closing.countDown(); // before the term ends, so that nobody takes that for a loss
    term.end();
    asking.interrupt();
    try {
      if (asking.join(REPLY_MARGIN) && term.awaitQuiet(REPLY_MARGIN)) {
        election.giveBack();
      } else {
        LOG.warn("the lease is not given back, for something is still under way; it will expire");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.warn("the lease cannot be given back and will expire: {}", e.toString());
    }
  }
}
