package cn.ucloud.csi.udisk.controller.kube.lease;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Gets and keeps the lease for one process. Not for several threads.
 *
 * <p>No two machines' clocks are compared: a lease of another process is taken over only when this
 * process has seen it unchanged for its whole duration, by its own steady clock. A lease that is
 * missing counts as just renewed: somebody may have deleted it under a holder that still acts.
 */
public final class LeaseElection {

  /** What came of an attempt. */
  enum Outcome {
    /** The lease is this process's, counted from when the attempt began. */
    HELD,
    /** Another process holds it, or did until a moment ago. */
    HELD_BY_OTHER,
    /** Nobody holds it, and this process could not or must not take it yet. */
    UNHELD
  }

  private final LeaseStore store;
  private final String self;
  private final Duration duration;
  private final LongSupplier nanos;
  private final Clock wallClock;

  private @Nullable Observation last;

  /** What the lease said, and since when it has been seen to say exactly that. */
  private record Observation(Optional<LeaseState> state, long since) {}

  /**
   * @param self names this process; no other one ever has the same name
   * @param nanos a steady clock
   * @param wallClock for what people read in the lease
   */
  public LeaseElection(
      LeaseStore store, String self, Duration duration, LongSupplier nanos, Clock wallClock) {
    this.store = store;
    this.self = self;
    this.duration = duration;
    this.nanos = nanos;
    this.wallClock = wallClock;
  }

  /** Renews the lease if it is ours, takes it if it is free. */
  Outcome attempt() {
    boolean wasOurs = findHolder().filter(self::equals).isPresent();
    Optional<LeaseState> found = store.read();
    observe(found);
    boolean held =
        found
            .map(this::renewOrTake)
            .orElseGet(() -> (wasOurs || hasExpired(duration)) && store.create(taken("", 0)));
    if (held) {
      return Outcome.HELD;
    }
    return findHolder().filter(holder -> !holder.equals(self)).isPresent()
        ? Outcome.HELD_BY_OTHER
        : Outcome.UNHELD;
  }

  private boolean renewOrTake(LeaseState found) {
    if (found.isHeldBy(self)) {
      return store.replace(
          new LeaseState(found.version(), self, duration, found.acquired(), found.transitions()));
    }
    // The holder may count on what it wrote, also if this process is configured otherwise.
    Duration bound = found.duration().compareTo(duration) > 0 ? found.duration() : duration;
    return (found.isGivenBack() || hasExpired(bound))
        && store.replace(taken(found.version(), found.transitions() + 1));
  }

  /**
   * Gives the lease back, so that another process need not wait. Only to be called when this one
   * will send nothing any more; does nothing if the lease is not held.
   */
  void giveBack() {
    Optional<LeaseState> found = store.read().filter(state -> state.isHeldBy(self));
    if (found.isPresent()) {
      LeaseState mine = found.get();
      boolean _ =
          store.replace(
              new LeaseState(mine.version(), "", duration, mine.acquired(), mine.transitions()));
    }
  }

  /** Who holds the lease, as far as was seen last. */
  Optional<String> findHolder() {
    return Optional.ofNullable(last)
        .flatMap(Observation::state)
        .map(LeaseState::holder)
        .filter(holder -> !holder.isEmpty());
  }

  private LeaseState taken(String version, int transitions) {
    return new LeaseState(version, self, duration, wallClock.instant(), transitions);
  }

  private void observe(Optional<LeaseState> found) {
    if (last == null || !last.state.equals(found)) {
      last = new Observation(found, nanos.getAsLong());
    }
  }

  private boolean hasExpired(Duration bound) {
    return last != null && nanos.getAsLong() - last.since >= bound.toNanos();
  }
}
