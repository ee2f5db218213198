package cn.ucloud.csi.udisk.admin.plan;

import java.util.List;

/**
 * What a plan decides. Keys are those of the messages; what a sentence speaks of follows in its
 * order.
 */
public sealed interface Decision {
  /** A key of the messages; empty where nothing is to be said. */
  String key();

  /** What its sentence speaks of. */
  List<String> args();

  /** All is as it is wanted. */
  record Done(String key, List<String> args) implements Decision {}

  /** It is not proved that it may be done; nothing is done. */
  record Refused(String key, List<String> args) implements Decision {}

  /** Somebody else is at work, for so long at a time. */
  record Wait(int seconds, String key, List<String> args) implements Decision {}

  /** These steps, in this order. */
  record Do(String key, List<String> args, List<Step> steps) implements Decision {}

  static Decision done(String key, Object... args) {
    return new Done(key, texts(args));
  }

  static Decision refused(String key, Object... args) {
    return new Refused(key, texts(args));
  }

  static Decision wait(int seconds, String key, Object... args) {
    return new Wait(seconds, key, texts(args));
  }

  /** The same, where there is nothing new to be said. */
  static Decision quiet(int seconds) {
    return new Wait(seconds, "", List.of());
  }

  private static List<String> texts(Object... args) {
    return java.util.Arrays.stream(args).map(String::valueOf).toList();
  }
}
