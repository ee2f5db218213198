package cn.ucloud.csi.udisk.node.device;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.node.linux.ExclusiveHold;
import cn.ucloud.csi.udisk.node.sysfs.DeviceNumber;
import cn.ucloud.csi.udisk.node.sysfs.SysAttribute;
import cn.ucloud.csi.udisk.node.sysfs.SysBlock;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the kernel has made of a disk: its partitions, and the devices that device-mapper, md and
 * bcache have built upon it (kernel documentation, {@code Documentation/ABI/stable/sysfs-block}).
 */
public final class DiskHolders {
  private final SysBlock sys;

  public DiskHolders(SysBlock sys) {
    this.sys = sys;
  }

  /**
   * The partitions of the disk that has this number now, with the names the kernel gives them.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.Unavailable if sysfs cannot be read
   */
  public Map<DeviceNumber, String> partitions(DeviceNumber disk) {
    Map<DeviceNumber, String> partitions = new LinkedHashMap<>();
    for (Path part : parts(disk)) {
      SysAttribute.read(part.resolve("dev"))
          .map(DeviceNumber::parse)
          .ifPresent(number -> partitions.put(number, String.valueOf(part.getFileName())));
    }
    return partitions;
  }

  /**
   * The devices that hold the disk or a partition of it, such as {@code dm-0 (vg0-data)}.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.Unavailable if sysfs cannot be read
   */
  public List<String> find(DeviceNumber disk) {
    List<Path> held = new ArrayList<>();
    sys.findDirectory(disk).ifPresent(held::add);
    held.addAll(parts(disk));
    return held.stream()
        .flatMap(device -> SysBlock.children(device.resolve("holders"), "*").stream())
        .map(holder -> withName(String.valueOf(holder.getFileName())))
        .sorted()
        .toList();
  }

  /**
   * Takes hold of the disk for as long as the answer is open.
   *
   * @throws Unavailable if it is in use, by what the sentence names if that is known
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.HostRefused if it cannot be opened at
   *     all
   */
  public ExclusiveHold hold(BlockDevice device) {
    try {
      return ExclusiveHold.of(device.node());
    } catch (Unavailable e) {
      throw findSentence(device).map(sentence -> new Unavailable(sentence, e)).orElse(e);
    }
  }

  /** Who holds the disk, in words; empty if nobody is known to. */
  public Optional<String> findSentence(BlockDevice device) {
    return Optional.of(find(device.number()))
        .filter(holders -> !holders.isEmpty())
        .map(holders -> device.node() + " is in use on this host: " + holders + " hold it");
  }

  private List<Path> parts(DeviceNumber disk) {
    return sys.findDirectory(disk)
        .map(directory ->
            SysBlock.children(directory, directory.getFileName() + "*").stream()
                .filter(part -> SysAttribute.read(part.resolve("dev")).isPresent())
                .toList())
        .orElse(List.of());
  }

  /** Device-mapper's own names are those that people know. */
  private String withName(String device) {
    Optional<String> name = SysAttribute.read(sys.directory().resolve(device).resolve("dm/name"));
    return device + name.map(n -> " (" + n + ")").orElse("");
  }
}
