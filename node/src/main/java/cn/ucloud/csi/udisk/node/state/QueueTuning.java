package cn.ucloud.csi.udisk.node.state;

import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.HostRefused;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.model.QueueSettings;
import cn.ucloud.csi.udisk.common.model.QueueSettings.Setting;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import cn.ucloud.csi.udisk.node.device.DeviceFinder;
import cn.ucloud.csi.udisk.node.device.PinnedDevice;
import cn.ucloud.csi.udisk.node.sysfs.BlockQueue;
import cn.ucloud.csi.udisk.node.sysfs.DeviceIdentity;
import cn.ucloud.csi.udisk.node.sysfs.SysBlock;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the kernel treats the disks of volumes, as far as this driver has changed it. What was before
 * is written down first, so that also a process that is killed leaves nothing that nobody undoes.
 */
public final class QueueTuning {
  private static final Logger LOG = LoggerFactory.getLogger(QueueTuning.class);
  private static final Path DIRECTORY = Path.of(".queue");

  private final StateDirectory state;
  private final SysBlock sys;
  private final DeviceFinder devices;

  public QueueTuning(StateDirectory state, SysBlock sys, DeviceFinder devices) {
    this.state = state;
    this.sys = sys;
    this.devices = devices;
  }

  /** How a disk was before, as far as that was changed. */
  private record Before(DeviceIdentity disk, Map<Setting, String> values) {
    static Optional<Before> from(Map<String, String> fields) {
      Map<Setting, String> values = new EnumMap<>(Setting.class);
      for (Setting setting : Setting.values()) {
        Optional.ofNullable(fields.get(setting.word())).ifPresent(was -> values.put(setting, was));
      }
      return DeviceIdentity.from(fields).map(disk -> new Before(disk, values));
    }

    Map<String, String> toMap() {
      Map<String, String> fields = new HashMap<>(disk.toMap());
      values.forEach((setting, was) -> fields.put(setting.word(), was));
      return fields;
    }
  }

  /**
   * Has the disk treated as is wanted, and in all else as before; can be repeated. If that cannot
   * be, it is treated as before in everything.
   *
   * @param device proved to be the volume's
   * @throws PreconditionFailed if this node or disk does not offer what is wanted
   * @throws HostRefused if the kernel refuses it for another reason
   */
  public void apply(VolumeId volume, BlockDevice device, QueueSettings wanted) {
    Optional<Before> recorded = find(volume).filter(b -> b.disk().equals(device.identity()));
    if (wanted.isEmpty() && recorded.isEmpty()) {
      return;
    }
    // Its name and number are no other disk's as long as it is open.
    try (PinnedDevice _ = devices.pin(device)) {
      BlockQueue queue = queue(device);
      requireOffered(volume, device, queue, wanted);
      Map<Setting, String> before = new EnumMap<>(Setting.class);
      recorded.ifPresent(b -> before.putAll(b.values()));
      for (Setting setting : Setting.values()) {
        if (isTouched(setting, wanted)) {
          queue.find(setting).ifPresent(now -> before.putIfAbsent(setting, now));
        }
      }
      state.write(file(volume), new Before(device.identity(), before).toMap());
      for (Setting setting : Setting.values()) {
        Optional<String> value =
            wanted.find(setting).or(() -> Optional.ofNullable(before.get(setting)));
        value.ifPresent(v -> set(volume, device, queue, setting, v));
      }
    } catch (RuntimeException e) {
      undo(volume);
      throw e;
    }
    if (wanted.isEmpty()) {
      state.remove(file(volume));
    }
  }

  /** The kernel may change the read-ahead with the size of requests. */
  private static boolean isTouched(Setting setting, QueueSettings wanted) {
    return wanted.find(setting).isPresent()
        || (setting == Setting.READ_AHEAD && wanted.find(Setting.MAX_SECTORS).isPresent());
  }

  /** Of a partition, that of its disk. */
  private BlockQueue queue(BlockDevice device) {
    return sys.findQueue(device.number())
        .orElseThrow(() -> new HostRefused("sysfs does not describe the queue of " + device));
  }

  private static void requireOffered(
      VolumeId volume, BlockDevice device, BlockQueue queue, QueueSettings wanted) {
    wanted
        .find(Setting.MAX_SECTORS)
        .map(Long::parseLong)
        .filter(kb -> queue.mostKb().isPresent() && kb > queue.mostKb().getAsLong())
        .ifPresent(kb -> {
          throw new PreconditionFailed(
              "volume %s is to have %s %d, but %s takes at most %d on this node"
                  .formatted(
                      volume,
                      Setting.MAX_SECTORS.word(),
                      kb,
                      device.node(),
                      queue.mostKb().getAsLong()));
        });
  }

  /** A scheduler that is not listed may be loaded by the attempt. */
  private static void set(
      VolumeId volume, BlockDevice device, BlockQueue queue, Setting setting, String value) {
    try {
      queue.set(setting, value);
    } catch (HostRefused e) {
      if (setting == Setting.SCHEDULER && !queue.schedulers().contains(value)) {
        throw new PreconditionFailed(
            "volume %s is to have %s %s, which the kernel of this node does not offer for %s; it offers %s"
                .formatted(
                    volume,
                    setting.word(),
                    value,
                    device.node(),
                    String.join(", ", queue.schedulers())));
      }
      throw new HostRefused(
          "volume %s cannot have %s %s: %s".formatted(volume, setting.word(), value, e.sentence()),
          e);
    }
  }

  /**
   * Has the disk treated as before; does nothing if nothing was changed, or if that attachment is
   * over. What cannot be undone keeps nobody from giving the disk back: the cloud takes it away,
   * and all this with it.
   */
  public void undo(VolumeId volume) {
    Optional<Before> recorded = find(volume);
    if (recorded.isEmpty()) {
      return;
    }
    try {
      devices.find(recorded.get().disk()).ifPresent(device -> undo(device, recorded.get()));
    } catch (DriverException e) {
      LOG.warn(
          "the disk of volume {} keeps settings other than {}: {}",
          volume,
          recorded.get().values(),
          e.sentence());
    }
    state.remove(file(volume));
  }

  private void undo(BlockDevice device, Before before) {
    try (PinnedDevice _ = devices.pin(device)) {
      BlockQueue queue = queue(device);
      before.values().forEach(queue::set);
    }
  }

  private Optional<Before> find(VolumeId volume) {
    return state.find(file(volume)).flatMap(Before::from);
  }

  private static Path file(VolumeId volume) {
    return DIRECTORY.resolve(volume.value());
  }
}
