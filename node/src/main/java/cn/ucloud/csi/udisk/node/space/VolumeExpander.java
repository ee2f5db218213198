package cn.ucloud.csi.udisk.node.space;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException.NotFound;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.error.DriverException.SizeOutOfRange;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import cn.ucloud.csi.udisk.node.device.DeviceNode;
import cn.ucloud.csi.udisk.node.format.AllowedUuids;
import cn.ucloud.csi.udisk.node.mount.HostPath;
import cn.ucloud.csi.udisk.node.mount.Mount;
import cn.ucloud.csi.udisk.node.mount.MountTable;
import cn.ucloud.csi.udisk.node.request.ExpandCommand;
import cn.ucloud.csi.udisk.node.stage.Host;
import cn.ucloud.csi.udisk.node.state.StageRecord;
import cn.ucloud.csi.udisk.node.sysfs.DeviceIdentity;
import cn.ucloud.csi.udisk.node.sysfs.DeviceNumber;
import cn.ucloud.csi.udisk.node.sysfs.SysBlock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * Makes the room of a disk that was expanded in the cloud usable: grows a filesystem while it is
 * mounted, and leaves what is inside of a raw disk alone (known failure D1.7).
 */
public final class VolumeExpander {
  /** What partitioning programs leave free at the end, and much less than any disk grows by. */
  private static final long LEFT_FREE = 16L << 20;

  private final Host host;

  public VolumeExpander(Host host) {
    this.host = host;
  }

  /**
   * Waits until the device has the size asked for, and grows the filesystem on it, if there is one,
   * to the whole device; growing what is grown already changes nothing.
   *
   * @return the size of the device
   * @throws NotFound if there is no volume at that path
   * @throws SizeOutOfRange if the device is larger than allowed already
   * @throws Unavailable if the device does not get the size in time
   * @throws PreconditionFailed if it is not the device of that volume, or cannot grow as it is
   *     mounted
   */
  public long expand(ExpandCommand command, Progress progress) {
    progress.at("looking for the device");
    Path path = HostPath.real(command.path());
    Optional<StageRecord> record = host.staged().find(command.volume());
    Optional<Mount> mount = MountTable.read().topAt(path).filter(Mount::isWhole);
    boolean raw = record.map(StageRecord::isRaw).orElse(mount.isEmpty());
    DeviceNumber shown =
        mount
            .filter(_ -> !raw)
            .map(host.mounted()::numberOf)
            .or(() -> raw ? deviceAt(path, record) : Optional.empty())
            .orElseThrow(() -> new NotFound("volume path", command.path().toString()));
    DeviceIdentity identity = record.map(StageRecord::identity).orElseGet(() -> identity(shown));
    if (!identity.number().equals(shown)) {
      throw new PreconditionFailed(
          path + " shows device " + shown + ", but volume " + command.volume() + " is " + identity);
    }
    progress.at("waiting for the device to have its new size");
    BlockDevice device = awaitSize(command, identity);
    requireWithin(command, device);
    if (!raw) {
      progress.sending();
      progress.at("growing the filesystem on " + device);
      AllowedUuids lineage =
          new AllowedUuids(command.volume(), record.flatMap(StageRecord::copyOf));
      grow(lineage, mount.orElseThrow(), filled(command.volume(), device, identity));
    }
    return device.bytes();
  }

  /** What the cloud makes larger is the disk, also where the volume is a partition of it. */
  private BlockDevice awaitSize(ExpandCommand command, DeviceIdentity identity) {
    DeviceNumber whole = host.sys().wholeOf(identity.number());
    return host.devices()
        .awaitSize(
            command.volume(),
            new DeviceIdentity(identity.serial(), whole, identity.diskseq()),
            command.requiredBytes());
  }

  /**
   * What the filesystem is on: the disk, or its partition, if that ends where the disk does. To
   * change a partition table that others have made is left to people.
   */
  private BlockDevice filled(VolumeId volume, BlockDevice disk, DeviceIdentity identity) {
    if (disk.identity().equals(identity)) {
      return disk;
    }
    BlockDevice partition = host.devices().require(volume, identity);
    long free = disk.bytes() - host.sys().findEnd(identity.number()).orElse(0L);
    if (free >= LEFT_FREE) {
      throw new PreconditionFailed(
          "volume "
              + volume
              + " is a partition that ends "
              + free
              + " bytes before its disk does; make it larger on this node, by 'growpart "
              + disk.node()
              + " "
              + host.sys().partitionNumber(partition.number())
              + "', and its filesystem grows when the volume is expanded or staged next");
    }
    return partition;
  }

  /** Of a raw volume kubelet names a path that is a link of its own, which says nothing to us. */
  private static Optional<DeviceNumber> deviceAt(Path path, Optional<StageRecord> record) {
    if (record.isPresent()) {
      return record.map(r -> r.identity().number());
    }
    try {
      return DeviceNode.findNumber(path);
    } catch (IOException e) {
      throw new Unavailable("cannot inspect " + path + ": " + e.getMessage(), e);
    }
  }

  /** Without a record the closed driver staged it: then it is what is mounted there. */
  private DeviceIdentity identity(DeviceNumber number) {
    return host.sys()
        .findByNumber(number)
        .map(SysBlock.Entry::identity)
        .orElseThrow(() -> new PreconditionFailed("there is no disk with the number " + number));
  }

  private static void requireWithin(ExpandCommand command, BlockDevice device) {
    command
        .limitBytes()
        .filter(limit -> device.bytes() > limit)
        .ifPresent(limit -> {
          throw new SizeOutOfRange(
              "volume "
                  + command.volume()
                  + " has "
                  + device.bytes()
                  + " bytes, more than the "
                  + limit
                  + " allowed");
        });
  }

  private void grow(AllowedUuids lineage, Mount mount, BlockDevice device) {
    FilesystemType type =
        FilesystemType.named(mount.type())
            .orElseThrow(() -> new PreconditionFailed(mount.path() + " shows a " + mount.type()));
    var _ = host.formatter().requireUsableMounted(lineage, type, device);
    Mount writable =
        MountTable.read()
            .onDevices(Set.of(device.number()))
            .filter(m -> host.mounted().shows(m, device.number()) && !m.options().isReadOnly())
            .findFirst()
            .orElseThrow(() ->
                new PreconditionFailed(
                    "volume " + lineage.volume() + " is mounted read-only and cannot grow"));
    host.filesystems().of(type).grow(device, writable.path());
  }
}
