package cn.ucloud.csi.udisk.controller.provision;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.NotFound;
import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.change.SendOnce;
import cn.ucloud.csi.udisk.controller.change.SourceProtection;
import cn.ucloud.csi.udisk.controller.change.WorkContext;
import cn.ucloud.csi.udisk.controller.cloud.DiskApi;
import cn.ucloud.csi.udisk.controller.model.ContentSource;
import cn.ucloud.csi.udisk.controller.model.ContentSource.OfSnapshot;
import cn.ucloud.csi.udisk.controller.model.ContentSource.OfVolume;
import cn.ucloud.csi.udisk.controller.model.VolumeSpec;

/**
 * Orders disks with the content of a source. Copies of one source are ordered side by side; where
 * the cloud takes one at a time (RetCodes 17085 and 17086), they wait for each other.
 */
final class CopyCreation {
  private final DiskApi disks;
  private final CopySources copySources;
  private final SendOnce sendOnce;
  private final SourceProtection protection;
  private final Turns turns;

  CopyCreation(DiskApi disks, CopySources copySources, WorkContext context) {
    this.disks = disks;
    this.copySources = copySources;
    this.sendOnce = context.sendOnce();
    this.protection = new SourceProtection(context.unanswered());
    this.turns = new Turns(context);
  }

  /**
   * Orders a copy, once. A source that cannot be copied yet is waited for. It is held, with others,
   * while the order is in flight, and kept from being deleted until the operation ends.
   *
   * @throws NotFound if there is no such source
   * @throws OperationPending if it cannot be copied yet for longer than a copy takes
   * @throws DriverException of other kinds if it can never be copied into what is asked for
   */
  VolumeId order(ContentSource source, VolumeSpec spec, Progress progress) {
    protect(source, progress);
    try {
      return orderNow(source, spec, progress);
    } catch (OperationPending e) {
      progress.at("waiting to be copied: " + e.sentence());
      return turns.take(
          "turn to copy " + source.key(), progress, () -> orderNow(source, spec, progress));
    }
  }

  /** Keeps the source from being deleted until the operation ends. */
  void protect(ContentSource source, Progress progress) {
    protection.protect(source.key(), progress);
  }

  /** What was ordered has been seen. */
  void seen(ContentSource source, VolumeSpec spec) {
    protection.seen(source.key(), what(spec));
  }

  private VolumeId orderNow(ContentSource source, VolumeSpec spec, Progress progress) {
    try (Progress.Hold _ = progress.share(source.key())) {
      progress.at("reading the source");
      CopySource from = copySources.find(source).orElseThrow(() -> missing(source));
      DiskSize size = from.requireCopyable(spec);
      progress.at("copying %s to a disk named %s".formatted(from.name(), spec.name().marked()));
      return sendOnce.make(
          spec.name().marked(), "creation", () -> disks.copy(source, from.zone(), size, spec));
    } catch (OutcomeUnknown e) {
      protection.unanswered(source.key(), what(spec));
      throw e;
    }
  }

  private static NotFound missing(ContentSource source) {
    return switch (source) {
      case OfSnapshot(var id) -> new NotFound("snapshot", id.value());
      case OfVolume(var id) -> new NotFound("volume", id.value());
    };
  }

  private static String what(VolumeSpec spec) {
    return "copy to a disk named " + spec.name().marked();
  }
}
