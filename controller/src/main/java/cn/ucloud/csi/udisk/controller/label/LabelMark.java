package cn.ucloud.csi.udisk.controller.label;

import cn.ucloud.csi.udisk.controller.model.DiskLabels;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a persistent volume says of the labels of its disk: {@code app=shop,~team=db}.
 *
 * @param own what this driver has bound, and so may take off
 * @param others after a {@code ~}, what was wanted and there already, so that it is somebody else's
 */
record LabelMark(DiskLabels own, DiskLabels others) {
  private static final String OTHERS = "~";

  /** Reads it; what cannot be meant counts as nothing, for anybody may write there. */
  static LabelMark parse(String text) {
    Map<Boolean, String> parts =
        Arrays.stream(text.split(",", -1))
            .collect(
                Collectors.partitioningBy(
                    pair -> pair.startsWith(OTHERS), Collectors.joining(",")));
    return new LabelMark(
        DiskLabels.parse(parts.getOrDefault(false, "")),
        DiskLabels.parse(parts.getOrDefault(true, "").replace(OTHERS, "")));
  }

  /** What the disk has of what was wanted, whoever bound it. */
  DiskLabels all() {
    Map<String, String> all = new TreeMap<>(others.pairs());
    all.putAll(own.pairs());
    return new DiskLabels(all);
  }

  /** Whether it says that the disk has all of {@code wanted}, and nothing more of ours. */
  boolean says(DiskLabels wanted) {
    return all().equals(wanted);
  }

  @Override
  public String toString() {
    return Stream.concat(
            own.all().stream().map(Object::toString),
            others.all().stream().map(label -> OTHERS + label))
        .collect(Collectors.joining(","));
  }
}
