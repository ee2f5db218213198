package cn.ucloud.csi.udisk.controller.provision;

import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.error.DriverException.SizeOutOfRange;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskType;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskSnapshot;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import cn.ucloud.csi.udisk.controller.model.VolumeSpec;
import java.util.Optional;

/**
 * A source of content, as the cloud shows it.
 *
 * @param disk the disk it is, or was taken of
 * @param type what a copy will be; empty where the cloud does not tell
 * @param isInUse a volume that a node has, of which the cloud makes no clone
 * @param obstacle why it cannot be copied now
 */
record CopySource(
    String name,
    VolumeId disk,
    String zone,
    DiskSize size,
    Optional<DiskType> type,
    boolean isInUse,
    Optional<DriverException> obstacle) {

  static CopySource of(UDisk disk) {
    return new CopySource(
        "volume " + disk.id(),
        new VolumeId(disk.id()),
        disk.zone(),
        disk.size(),
        disk.type(),
        !disk.isSystemDisk() && isAttached(disk),
        obstacle(disk));
  }

  static CopySource of(UDiskSnapshot snapshot) {
    return new CopySource(
        "snapshot " + snapshot.id(),
        new VolumeId(snapshot.diskId()),
        snapshot.zone(),
        snapshot.size(),
        snapshot.type(),
        false,
        obstacle(snapshot));
  }

  private static boolean isAttached(UDisk disk) {
    return disk.hostId().isPresent() && disk.status() != UDiskStatus.DETACHING;
  }

  private static Optional<DriverException> obstacle(UDisk disk) {
    if (disk.isSystemDisk()) {
      return Optional.of(new PreconditionFailed("volume " + disk.id() + " is a system disk"));
    }
    if (isAttached(disk)) {
      return Optional.of(
          new PreconditionFailed(
              "volume %s is attached to node %s"
                  .formatted(disk.id(), disk.hostId().orElseThrow())));
    }
    return switch (disk.status()) {
      case AVAILABLE -> Optional.empty();
      case ATTACHING, INUSE, DETACHING, INITIALIZATING, INITIALIZING, CLONING, RESTORING, UNKNOWN ->
          Optional.of(
              new OperationPending(
                  "volume %s is %s; it can be cloned later".formatted(disk.id(), disk.status())));
      case FAILED, RESTOREFAILED ->
          Optional.of(
              new PreconditionFailed("volume %s is %s".formatted(disk.id(), disk.status())));
    };
  }

  private static Optional<DriverException> obstacle(UDiskSnapshot snapshot) {
    return switch (snapshot.status()) {
      case NORMAL -> Optional.empty();
      case CREATING, UNKNOWN ->
          Optional.of(new OperationPending("snapshot " + snapshot.id() + " is not ready yet"));
      case FAILED ->
          Optional.of(new PreconditionFailed("snapshot " + snapshot.id() + " is broken"));
    };
  }

  /**
   * The size that a copy for {@code spec} is made with.
   *
   * @throws DriverException if this cannot be copied, or not into what is asked for
   */
  DiskSize requireCopyable(VolumeSpec spec) {
    if (obstacle.isPresent()) {
      throw obstacle.get();
    }
    return requireSuited(spec);
  }

  /** The same whether it can be copied now or not. */
  DiskSize requireSuited(VolumeSpec spec) {
    if (type.isPresent() && !spec.plan().types().contains(type.get())) {
      throw new InvalidRequest(
          "parameters.type",
          "must allow %s: a copy is of the same type as its source, %s"
              .formatted(type.get().className(), name));
    }
    DiskSize least = DiskSize.smallestMadeFor(size.bytes());
    DiskSize wanted = spec.capacity().size();
    DiskSize copy = wanted.compareTo(least) < 0 ? least : wanted;
    if (!spec.capacity().allows(copy)) {
      throw new SizeOutOfRange(
          "capacity_range.limit_bytes %d is less than %s, the smallest copy of %s"
              .formatted(spec.capacity().limitBytes().orElseThrow(), copy, name));
    }
    return copy;
  }
}
