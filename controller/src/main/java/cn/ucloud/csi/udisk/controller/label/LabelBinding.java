package cn.ucloud.csi.udisk.controller.label;

import cn.ucloud.csi.udisk.common.concurrent.Permission;
import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.ucloud.label.Label;
import cn.ucloud.csi.udisk.controller.change.SendOnce;
import cn.ucloud.csi.udisk.controller.cloud.LabelApi;
import cn.ucloud.csi.udisk.controller.label.LabelledVolumes.Known;
import cn.ucloud.csi.udisk.controller.model.DiskLabels;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Gives one resource the labels that it is to have, and notes that. */
final class LabelBinding {
  private final LabelApi labels;
  private final LabelledVolumes volumes;
  private final Permission permission;

  /**
   * What volumes were to say when something failed: what may have been bound then is not somebody
   * else's. Lost with this process, which takes nothing off that it should not.
   */
  private final Map<String, DiskLabels> unwritten = new HashMap<>();

  LabelBinding(LabelApi labels, LabelledVolumes volumes, Permission permission) {
    this.labels = labels;
    this.volumes = volumes;
    this.permission = permission;
  }

  /**
   * Done again after any failure it goes on from what the cloud shows then.
   *
   * @param shown what the disk has
   * @throws PreconditionFailed if somebody else's labels are in the way of some; the others are
   *     bound
   * @throws DriverException of other kinds if not all could be bound
   */
  void settle(Known volume, List<Label> shown, DiskLabels wanted) {
    LabelMark written = LabelMark.parse(volume.bound().orElse(""));
    DiskLabels intended = unwritten.getOrDefault(volume.name(), DiskLabels.NONE);
    LabelChange change =
        LabelChange.between(
            shown, label -> written.own().has(label) || intended.has(label), wanted);
    String disk = volume.disk().value();
    unwritten.put(volume.name(), change.after().own());
    if (!change.unbind().isEmpty()) {
      SendOnce.unnoted(() -> labels.unbind(disk, change.unbind()));
    }
    if (!change.bind().isEmpty()) {
      SendOnce.unnoted(() -> labels.bind(disk, change.bind()));
    }
    if (!change.after().equals(written)) {
      try (Permission.Pass _ = permission.enter()) {
        volumes.mark(volume.name(), change.after().toString());
      }
    }
    unwritten.remove(volume.name());
    if (!change.conflicts().isEmpty()) {
      throw new PreconditionFailed(
          "the disk has %s already, which this driver did not bind and leaves as it is"
              .formatted(text(change.conflicts())));
    }
  }

  /** What a snapshot has stays; what it lacks is bound. */
  void settle(String snapshot, List<Label> shown, DiskLabels wanted) {
    List<Label> lacking =
        wanted.all().stream()
            .filter(label -> shown.stream().noneMatch(it -> it.key().equals(label.key())))
            .toList();
    if (!lacking.isEmpty()) {
      SendOnce.unnoted(() -> labels.bind(snapshot, lacking));
    }
  }

  private static String text(List<Label> labels) {
    return labels.stream().map(Label::toString).collect(Collectors.joining(", "));
  }
}
