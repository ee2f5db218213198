package cn.ucloud.csi.udisk.common.config;

import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Something that must hold for the values of some flags.
 *
 * <p>It is asked only when all these flags could be read, so a wrong flag never hides what is wrong
 * with the others.
 *
 * @param sentence what must be, to follow the names of the flags: "must not exceed 20"
 */
public record Rule(List<String> flags, String sentence, BooleanSupplier holds) {
  public Rule {
    flags = List.copyOf(flags);
  }

  /** A rule on the value of one flag. */
  public static Rule on(String flag, String sentence, BooleanSupplier holds) {
    return new Rule(List.of(flag), sentence, holds);
  }

  /** A rule on the values of two flags. */
  public static Rule on(String flag, String other, String sentence, BooleanSupplier holds) {
    return new Rule(List.of(flag, other), sentence, holds);
  }
}
