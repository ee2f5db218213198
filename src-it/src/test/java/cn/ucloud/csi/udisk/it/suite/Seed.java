package cn.ucloud.csi.udisk.it.suite;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * What decides in tests that roll dice. It is printed, and {@code -Dudisk.seed=…} gives the same
 * dice again.
 */
public final class Seed {
  private static final String PROPERTY = "udisk.seed";

  /** The seed of a run that was not told any: always the same, so that nobody's build is a draw. */
  private static final long DEFAULT = 20260101;

  private Seed() {}

  public static long get() {
    return Long.getLong(PROPERTY, DEFAULT);
  }

  /** Dice of their own for the part {@code number} of a test. */
  public static RandomGenerator dice(long number) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(get() * 1_000_003 + number);
  }

  /** How to repeat what has failed. */
  public static String remedy() {
    return "repeat it with -D" + PROPERTY + "=" + get();
  }
}
