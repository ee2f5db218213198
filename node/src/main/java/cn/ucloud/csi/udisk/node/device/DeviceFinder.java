package cn.ucloud.csi.udisk.node.device;

import cn.ucloud.csi.udisk.common.concurrent.TimeSpent;
import cn.ucloud.csi.udisk.common.concurrent.TimeSpent.Part;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.PublishContext;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.node.sysfs.DeviceIdentity;
import cn.ucloud.csi.udisk.node.sysfs.DeviceNumber;
import cn.ucloud.csi.udisk.node.sysfs.SysBlock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the device of a volume by the serial the cloud gave it.
 *
 * <p>The kernel hands out letters in the order in which disks appear, so {@code /dev/vdb} may be
 * any disk; links in {@code /dev/disk} can be stale (known failure D1.4). Only sysfs is believed,
 * and a device file only when it has the number that sysfs names. Bare metal has no serials and is
 * found only through {@link HostDisks}.
 */
public final class DeviceFinder {
  private static final Duration SIZE_POLL = Duration.ofMillis(100);

  private final SysBlock sys;
  private final Path devRoot;
  private final HostDisks disks;
  private final Duration timeout;

  public DeviceFinder(SysBlock sys, Path devRoot, HostDisks disks, Duration timeout) {
    this.sys = sys;
    this.devRoot = devRoot;
    this.disks = disks;
    this.timeout = timeout;
  }

  /** A device, or what stands in the way; the latter may pass. */
  private sealed interface Sighting {
    record Found(BlockDevice device) implements Sighting {}

    record NotYet(String why) implements Sighting {}
  }

  /**
   * The device of {@code volume}, waiting for it to appear.
   *
   * @throws Unavailable if it does not appear in time, or two devices have the serial until then
   * @throws PreconditionFailed if nobody knows the letter, or the device is smaller than the cloud
   *     says
   */
  public BlockDevice await(VolumeId volume, PublishContext context) {
    String serial = serial(volume, context);
    BlockDevice device = TimeSpent.on(Part.WAIT, () -> await(volume, serial));
    context.size().ifPresent(size -> requireSize(volume, device, size));
    return device;
  }

  /**
   * The only partition of a disk, which is this one.
   *
   * @param number in the partition table
   * @throws Unavailable if the disk has none (yet)
   * @throws PreconditionFailed if it has others
   */
  public BlockDevice requirePartition(VolumeId volume, BlockDevice disk, int number) {
    Map<Integer, SysBlock.Entry> partitions = sys.partitions(disk.identity());
    if (partitions.isEmpty()) {
      throw new Unavailable(
          "volume %s should be partition %d of %s, which has no partitions"
              .formatted(volume, number, disk));
    }
    SysBlock.Entry only = partitions.get(number);
    if (only == null || partitions.size() > 1) {
      throw new PreconditionFailed(
          "volume %s should be the only partition, %d, of %s, which has %s"
              .formatted(volume, number, disk, partitions.keySet()));
    }
    return found(locate(only));
  }

  private static BlockDevice found(Sighting sighting) {
    return switch (sighting) {
      case Sighting.Found(BlockDevice device) -> device;
      case Sighting.NotYet(String why) -> throw new Unavailable(why);
    };
  }

  /**
   * The device that was recorded with this identity, if it is still the same attachment.
   *
   * @throws PreconditionFailed if the device went away or another one has its number now
   */
  public BlockDevice require(VolumeId volume, DeviceIdentity recorded) {
    SysBlock.Entry now =
        sys.findByNumber(recorded.number())
            .orElseThrow(() ->
                new PreconditionFailed(
                    "the device of volume " + volume + ", " + recorded + ", is gone"));
    if (!now.identity().equals(recorded)) {
      throw new PreconditionFailed(
          "volume "
              + volume
              + " was staged from "
              + recorded
              + ", but that is now "
              + now.identity());
    }
    return found(locate(now));
  }

  /**
   * The device that was recorded with this identity, waiting for it to be as large as the cloud
   * made it. A host learns of a new size some time after the cloud has reported success.
   *
   * @throws Unavailable if it does not get that size in time
   * @throws PreconditionFailed as {@link #require}
   */
  public BlockDevice awaitSize(VolumeId volume, DeviceIdentity recorded, long bytes) {
    return TimeSpent.on(Part.WAIT, () -> untilSize(volume, recorded, bytes));
  }

  private BlockDevice untilSize(VolumeId volume, DeviceIdentity recorded, long bytes) {
    BlockDevice device = require(volume, recorded);
    long end = System.nanoTime() + timeout.toNanos();
    try (DeviceEvents change = DeviceEvents.in(watched(), SIZE_POLL)) {
      while (device.bytes() < bytes) {
        Duration left = Duration.ofNanos(end - System.nanoTime());
        if (!left.isPositive()) {
          throw new Unavailable(
              "volume %s should have %d bytes, but %s still has %d after %d s"
                  .formatted(volume, bytes, device, device.bytes(), timeout.toSeconds()));
        }
        // No event tells of a new size, so it is looked at often; that costs one small file.
        change.await(left);
        device = require(volume, recorded);
      }
    }
    return device;
  }

  /**
   * Keeps the device's name and number from being given to another disk.
   *
   * @throws Unavailable if it is gone by now
   */
  public PinnedDevice pin(BlockDevice device) {
    return PinnedDevice.of(device, sys);
  }

  /** The device that was recorded with this identity; empty if that attachment is no more. */
  public Optional<BlockDevice> find(DeviceIdentity recorded) {
    return sys.findByNumber(recorded.number())
        .filter(now -> now.identity().equals(recorded))
        .map(this::locate)
        .flatMap(sighting ->
            sighting instanceof Sighting.Found(BlockDevice device)
                ? Optional.of(device)
                : Optional.empty());
  }

  private String serial(VolumeId volume, PublishContext context) {
    return context
        .deviceName()
        .or(() -> disks.read().findLetter(volume))
        .orElseThrow(() ->
            new PreconditionFailed(
                "neither the publish context nor the metadata server says which device of this"
                    + " node is volume "
                    + volume))
        .serial();
  }

  private BlockDevice await(VolumeId volume, String serial) {
    if (look(serial) instanceof Sighting.Found(BlockDevice device)) {
      return device;
    }
    long end = System.nanoTime() + timeout.toNanos();
    try (DeviceEvents arrival = DeviceEvents.in(watched(), DeviceEvents.SLOW)) {
      while (true) {
        // Looked at again after the watch was set up: what came in between sent no event.
        Sighting sighting = look(serial);
        Duration left = Duration.ofNanos(end - System.nanoTime());
        switch (sighting) {
          case Sighting.Found(BlockDevice device) -> {
            return device;
          }
          case Sighting.NotYet(String why) when !left.isPositive() ->
              throw new Unavailable(
                  "no device for volume "
                      + volume
                      + " within "
                      + timeout.toSeconds()
                      + " s: "
                      + why);
          case Sighting.NotYet _ -> arrival.await(left);
        }
      }
    }
  }

  private List<Path> watched() {
    return List.of(sys.directory(), devRoot);
  }

  /**
   * The one disk that says it has this serial. A disk that does not tell its serial may have the
   * same one, and cannot stand in the way as two that tell do: one disk that hangs would stop all
   * volumes of this node. That is acceptable only as staging has the disk that is found proved
   * elsewhere: by the metadata server's list ({@link MetadataDeviceCheck}), its size and its
   * content.
   */
  private Sighting look(String serial) {
    SysBlock.Observation look = sys.look();
    List<SysBlock.Entry> entries = look.withSerial(serial);
    return switch (entries.size()) {
      case 0 -> new Sighting.NotYet("no disk has serial " + serial + "; " + serials(look));
      case 1 -> locate(entries.getFirst());
      // One of them is on its way out, and which of them nobody could say.
      default -> new Sighting.NotYet("two disks have serial " + serial + ": " + entries);
    };
  }

  private static String serials(SysBlock.Observation look) {
    List<String> told =
        look.disks().stream()
            .filter(e -> !e.identity().serial().isEmpty())
            .map(e -> e.name() + "=" + e.identity().serial())
            .sorted()
            .toList();
    return String.join(
        "; ", Stream.concat(Stream.of("there are " + told), look.silent().stream()).toList());
  }

  private Sighting locate(SysBlock.Entry entry) {
    Path node = devRoot.resolve(entry.name());
    DeviceNumber wanted = entry.identity().number();
    try {
      Optional<DeviceNumber> actual = DeviceNode.findNumber(node);
      if (actual.isEmpty()) {
        return new Sighting.NotYet(
            node + " for disk " + entry.identity() + " does not exist yet as a block device");
      }
      if (!actual.get().equals(wanted)) {
        return new Sighting.NotYet(
            node + " is a stale device file: it is " + actual.get() + ", the disk is " + wanted);
      }
    } catch (IOException e) {
      return new Sighting.NotYet("cannot inspect " + node + ": " + e.getMessage());
    }
    if (entry.bytes() == 0) {
      return new Sighting.NotYet(node + " has no size yet");
    }
    return new Sighting.Found(new BlockDevice(node, entry.identity(), entry.bytes()));
  }

  /** Larger is normal: the disk may have been expanded since it was attached. */
  private static void requireSize(VolumeId volume, BlockDevice device, DiskSize size) {
    if (device.bytes() < size.bytes()) {
      throw new PreconditionFailed(
          device
              + " has "
              + device.bytes()
              + " bytes, less than the "
              + size
              + " of volume "
              + volume
              + "; it cannot be that volume");
    }
  }
}
