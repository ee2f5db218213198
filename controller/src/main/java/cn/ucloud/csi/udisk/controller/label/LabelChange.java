package cn.ucloud.csi.udisk.controller.label;

import cn.ucloud.csi.udisk.common.ucloud.label.Label;
import cn.ucloud.csi.udisk.controller.model.DiskLabels;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What is to be done to the labels of one disk. Only what this driver bound itself is taken off,
 * and a key to which somebody else gave another value keeps it.
 *
 * @param conflicts what the disk has in place of what was wanted
 * @param after what the persistent volume is to say when it is done
 */
record LabelChange(List<Label> unbind, List<Label> bind, List<Label> conflicts, LabelMark after) {

  /**
   * @param shown what the disk has
   * @param isOwn which of that this driver bound
   */
  static LabelChange between(List<Label> shown, Predicate<Label> isOwn, DiskLabels wanted) {
    List<Label> unbind = shown.stream().filter(isOwn.and(label -> !wanted.has(label))).toList();
    List<Label> conflicts =
        shown.stream()
            .filter(label -> wanted.pairs().containsKey(label.key()) && !wanted.has(label))
            .filter(label -> !unbind.contains(label))
            .toList();
    List<Label> kept = wanted.all().stream().filter(shown::contains).toList();
    List<Label> bind =
        wanted.all().stream()
            .filter(label -> !shown.contains(label))
            .filter(label -> conflicts.stream().noneMatch(it -> it.key().equals(label.key())))
            .toList();
    return new LabelChange(
        unbind,
        bind,
        conflicts,
        new LabelMark(
            labels(wanted, isOwn.and(kept::contains).or(bind::contains)),
            labels(wanted, isOwn.negate().and(kept::contains))));
  }

  private static DiskLabels labels(DiskLabels wanted, Predicate<Label> which) {
    return new DiskLabels(
        wanted.all().stream().filter(which).collect(Collectors.toMap(Label::key, Label::value)));
  }
}
