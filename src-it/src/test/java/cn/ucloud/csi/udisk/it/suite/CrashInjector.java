package cn.ucloud.csi.udisk.it.suite;

import java.util.function.IntFunction;

/**
 * Ends a "process" at a boundary of the API, as {@code kill -9} does: from then on it sends
 * nothing, and nobody hears from it.
 */
final class CrashInjector implements ApiInterceptor {
  /** Where the process dies. */
  enum Moment {
    LIVES,
    BEFORE_SENDING,
    /** The cloud does it, and the answer meets nobody. */
    BEFORE_THE_ANSWER,
    /** The same, and the cloud does it only when the next process is at work. */
    BEFORE_IT_IS_DONE,
    /** The same, and the process knows that it was accepted. */
    BEFORE_WHAT_WAS_ACCEPTED_IS_DONE,
    AFTER_THE_ANSWER
  }

  /** Ends the thread; no part of the driver catches it and goes on. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1;

    Killed() {
      super("killed", null, false, false);
    }
  }

  private final VirtualTimeRegion lab;
  private final IntFunction<Moment> plan;
  private int requests;
  private boolean isDead;
  private Moment moment = Moment.LIVES;

  /**
   * @param plan what becomes of the process at each request, all processes' requests counted
   */
  CrashInjector(VirtualTimeRegion lab, IntFunction<Moment> plan) {
    this.lab = lab;
    this.plan = plan;
  }

  boolean hasKilled() {
    return isDead;
  }

  /** The next process lives. */
  void revive() {
    isDead = false;
    moment = Moment.LIVES;
    lab.simulator.faults().clear();
  }

  int requests() {
    return requests;
  }

  @Override
  public void sending(int number) {
    requireAlive();
    requests++;
    moment = plan.apply(requests);
    switch (moment) {
      case LIVES, AFTER_THE_ANSWER -> {}
      case BEFORE_SENDING -> die();
      case BEFORE_THE_ANSWER -> InjectedFault.LOST.strike().on(lab);
      case BEFORE_IT_IS_DONE -> InjectedFault.LATE.strike().on(lab);
      case BEFORE_WHAT_WAS_ACCEPTED_IS_DONE -> InjectedFault.ACCEPTED_LATE.strike().on(lab);
    }
  }

  @Override
  public void ended(int number) {
    requireAlive();
    if (moment != Moment.LIVES) {
      die();
    }
  }

  private void die() {
    isDead = true;
    throw new Killed();
  }

  private void requireAlive() {
    if (isDead) {
      throw new Killed();
    }
  }
}
