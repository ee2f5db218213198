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
 * missing counts as just renewed: somebody may have deleted it under a holder that still acts. Only
 * the lease of a process of its own pod, which is known to be dead, is taken over at once.
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

  private final PodProcesses pod;

  private @Nullable Observation last;
  private boolean isFromFormer;

  /** What the lease said, and since when it has been seen to say exactly that. */
  private record Observation(Optional<LeaseState> state, long since) {}

  /**
   * @param self names this process; no other one ever has the same name
   * @param pod the processes before it in its pod
   * @param nanos a steady clock
   * @param wallClock for what people read in the lease
   */
  public LeaseElection(
      LeaseStore store,
      String self,
      PodProcesses pod,
      Duration duration,
      LongSupplier nanos,
      Clock wallClock) {
    this.store = store;
    this.self = self;
    this.pod = pod;
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
            .orElseGet(() -> (wasOurs || hasExpired(duration)) && create(wasOurs));
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
    boolean isOfFormer = pod.former().filter(found::isHeldBy).isPresent();
    if (!isOfFormer && !found.isGivenBack() && !hasExpired(bound)) {
      return false;
    }
    taking(isOfFormer);
    return store.replace(taken(found.version(), found.transitions() + 1));
  }

  private boolean create(boolean isOursStill) {
    if (!isOursStill) {
      taking(false);
    }
    return store.create(taken("", 0));
  }

  /** Also where the answer is lost, the lease is this process's only after such an attempt. */
  private void taking(boolean isOfFormer) {
    isFromFormer = isOfFormer;
    pod.taking(self, isOfFormer);
  }

  /** Whether the lease was taken from the dead process of this pod, so that nobody acted since. */
  boolean isFromFormer() {
    return isFromFormer;
  }

  /**
   * Gives the lease back, so that another process need not wait. Only to be called when this one
   * will send nothing any more; does nothing if the lease is not held.
   */
  void giveBack() {
    Optional<LeaseState> found = store.read().filter(state -> state.isHeldBy(self));
    if (found.isPresent()) {
      LeaseState mine = found.get();
      if (store.replace(
          new LeaseState(mine.version(), "", duration, mine.acquired(), mine.transitions()))) {
        pod.gaveBack();
      }
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
