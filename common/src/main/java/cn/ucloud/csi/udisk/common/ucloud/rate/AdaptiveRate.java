package cn.ucloud.csi.udisk.common.ucloud.rate;

import org.jspecify.annotations.Nullable;

/**
 * How many calls of one sort are worth sending in a second, found out by use (decision 10). UCloud
 * publishes no rate, and which calls a gateway refuses depends on when they arrive, not on when
 * they were sent: a small bucket refuses some calls at any rate. So no single refusal counts, but
 * the share of them.
 *
 * <p>The rate settles where a certain share is refused: each refusal lowers it a little, each call
 * that is accepted raises it by as much less as that share is small. How large a share is put up
 * with is decided by trials: for some seconds a fifth more is sent. If hardly anything more gets
 * through, the rate was why calls were refused, and the share shrinks; else their arrival was, and
 * it grows.
 *
 * <p>Used by one thread at a time; the moments are those of a {@code TimeSource}.
 */
final class AdaptiveRate {
  private static final double FIRST = 20;
  private static final double LOWEST = 1;
  private static final double HIGHEST = 1000;

  /** Until the first refusal: half as much again in each second that uses the rate up. */
  private static final double SEARCH_PER_CALL = 0.4;

  private static final double OVERSHOT = 1.5;

  private static final double LEAST_TOLERATED = 0.025;
  private static final double MOST_TOLERATED = 0.5;

  /** Of the rate, for one refusal, when few calls are under way. */
  private static final double STEP = 0.05;

  /** With more under way than this each of them counts less: they were sent at an older rate. */
  private static final int FEW = 10;

  /** Without any refusal the rate rises ever faster, up to so many times as fast. */
  private static final double MOST_HASTE = 10;

  private static final double TRIAL = 1.2;

  /** A trial is a success if so much of what was sent more got through. */
  private static final double WORTH_IT = 0.15;

  private static final double TOLERANCE_STEP = 1.5;
  private static final double WEIGHT_OF_A_TRIAL = 0.3;
  private static final double SHORTEST_STRETCH_SECONDS = 2;
  private static final int CALLS_OF_A_STRETCH = 24;
  private static final int FEWEST_ANSWERS = 8;

  /** Times as long as a trial takes. */
  private static final int BETWEEN_TRIALS = 2;

  private static final int BETWEEN_VAIN_TRIALS = 15;
  private static final double SECOND = 1e9;
  private static final long FIRST_TRIAL_AFTER = 5_000_000_000L;

  private double rate = FIRST;
  private boolean isKnown;
  private double tolerated = LEAST_TOLERATED;

  /** Of what trials send more, how much gets through; smoothed. */
  private double gain = 2 * WORTH_IT;

  private int inARow;
  private int underWay;

  /** Nanoseconds that a call takes, smoothed. */
  private double roundTrip;

  private Stretch stretch;
  private @Nullable Stretch before;
  private boolean isTrial;
  private long nextTrial;

  /** Some seconds in which calls were sent at one rate. */
  private static final class Stretch {
    private final long began;
    private int sent;
    private int accepted;
    private int refused;
    private double seconds;

    private Stretch(long began) {
      this.began = began;
    }

    private double sentPerSecond() {
      return sent / seconds;
    }

    private double acceptedPerSecond() {
      return sentPerSecond() * accepted / (accepted + refused);
    }
  }

  /** One call that was sent; told once how it ended. */
  final class Sent {
    private final Stretch during = stretch;
    private final long at;
    private final boolean wasAwaited;

    private Sent(long at, boolean wasAwaited) {
      this.at = at;
      this.wasAwaited = wasAwaited;
    }

    void accepted(long now) {
      underWay--;
      during.accepted++;
      roundTrip += (now - at - roundTrip) / 10;
      if (wasAwaited && !isTrial) {
        rise();
      }
    }

    void refused(long now) {
      underWay--;
      during.refused++;
      fall(now);
    }

    /** It is not known what the API would have said, or it says nothing about the rate. */
    void ended() {
      underWay--;
    }
  }

  AdaptiveRate(long now) {
    this.stretch = new Stretch(now);
  }

  /** Calls a second, as far as known. */
  double perSecond() {
    return rate;
  }

  /** Calls a second that may be sent now, during a trial more than is known to be good. */
  double now() {
    return isTrial ? rate * TRIAL : rate;
  }

  /**
   * A call is sent.
   *
   * @param wasAwaited whether it had to wait for the rate; else it does not show that more is asked
   *     for than the rate allows
   */
  Sent sent(long now, boolean wasAwaited) {
    underWay++;
    stretch.sent++;
    return new Sent(now, wasAwaited);
  }

  /** Nearly nothing gets through: the rate is far too high, and what was learnt last is void. */
  void collapse(long now) {
    rate = Math.max(LOWEST, rate * 0.8);
    begin(now);
  }

  /** Only single calls are sent, so nothing can be learnt of many. */
  void probeRefused() {
    rate = Math.max(LOWEST, rate * (1 - STEP));
  }

  /** Calls are sent again after an interruption. */
  void begin(long now) {
    stretch = new Stretch(now);
    before = null;
    isTrial = false;
  }

  private void rise() {
    if (!isKnown) {
      rate = Math.min(HIGHEST, rate + SEARCH_PER_CALL);
      return;
    }
    inARow++;
    double haste = Math.clamp(inARow * tolerated / 2, 1, MOST_HASTE);
    rate = Math.min(HIGHEST, rate * (1 + step() * tolerated / (1 - tolerated) * haste));
  }

  private void fall(long now) {
    inARow = 0;
    if (!isKnown) {
      isKnown = true;
      rate = Math.max(LOWEST, rate / OVERSHOT);
      nextTrial = now + FIRST_TRIAL_AFTER;
      begin(now);
    } else if (!isTrial) {
      rate = Math.max(LOWEST, rate * (1 - step()));
    }
  }

  private double step() {
    return STEP * FEW / Math.max(FEW, underWay);
  }

  /** Ends the stretch if it has lasted long enough to show something. */
  void advance(long now) {
    double seconds = (now - stretch.began) / SECOND;
    double enough =
        Math.max(
            SHORTEST_STRETCH_SECONDS, Math.max(CALLS_OF_A_STRETCH / rate, 4 * roundTrip / SECOND));
    if (!isKnown || seconds < enough) {
      return;
    }
    Stretch last = stretch;
    last.seconds = seconds;
    boolean isFull =
        last.sent >= 0.8 * now() * seconds && last.accepted + last.refused >= FEWEST_ANSWERS;
    stretch = new Stretch(now);
    if (isTrial) {
      isTrial = false;
      if (isFull && before != null) {
        judge(before, last);
      }
      boolean isVain = gain <= 2 * WORTH_IT && tolerated <= 1.5 * LEAST_TOLERATED;
      nextTrial = now + (now - last.began) * (isVain ? BETWEEN_VAIN_TRIALS : BETWEEN_TRIALS);
    } else {
      before = isFull ? last : null;
      isTrial = isFull && last.refused > 0 && now >= nextTrial;
    }
  }

  private void judge(Stretch usual, Stretch trial) {
    double more = trial.sentPerSecond() - usual.sentPerSecond();
    if (more < 0.05 * usual.sentPerSecond()) {
      return;
    }
    double gained = (trial.acceptedPerSecond() - usual.acceptedPerSecond()) / more;
    gain += WEIGHT_OF_A_TRIAL * (Math.clamp(gained, -1, 2) - gain);
    double verdict = Math.clamp((gain - WORTH_IT) / WORTH_IT, -1, 1);
    tolerated =
        Math.clamp(tolerated * Math.pow(TOLERANCE_STEP, verdict), LEAST_TOLERATED, MOST_TOLERATED);
  }
}
