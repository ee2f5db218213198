package cn.ucloud.csi.udisk.common.metrics;

import java.util.Optional;

/** What a health page says: the code is for machines, the sentence for people. */
public record Health(boolean isFine, String sentence) {

  /** Fine, unless there is a problem. */
  public static Health unless(Optional<String> problem) {
    return new Health(problem.isEmpty(), problem.orElse("ok"));
  }
}
