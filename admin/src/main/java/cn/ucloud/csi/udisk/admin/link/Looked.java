package cn.ucloud.csi.udisk.admin.link;

import cn.ucloud.csi.udisk.admin.facts.Attachment;
import cn.ucloud.csi.udisk.admin.facts.Disk;
import cn.ucloud.csi.udisk.admin.facts.Node;
import cn.ucloud.csi.udisk.admin.facts.Volume;
import cn.ucloud.csi.udisk.common.model.DeviceName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What was looked at on nodes, by the volumes and disks that it is of. */
public final class Looked {
  /** Where kubelet has a volume mounted, for the node or for a pod: its name, or a digest. */
  private static final Pattern POINT =
      Pattern.compile(
          "/plugins/kubernetes\\.io/csi/(?:pv|udisk\\.csi\\.ucloud\\.cn)/([^/]+)/globalmount"
              + "|/volumes/kubernetes\\.io~csi/([^/]+)/mount"
              + "|/plugins/kubernetes\\.io/csi/volumeDevices/(?:staging/|publish/)?([^/]+)(?:/.*)?");

  private final Map<String, Node.Look> looks = new HashMap<>();
  private final Map<String, Volume> volumes = new HashMap<>();

  Looked(List<Node.Look> looks, List<Volume> all) {
    looks.forEach(look -> this.looks.put(look.node(), look));
    if (looks.isEmpty()) {
      return;
    }
    for (Volume volume : all) {
      if (volume.kind() == Volume.Kind.CSI) {
        volumes.put(volume.name(), volume);
        volumes.put(digest(volume.disk()), volume);
      }
    }
  }

  /**
   * As kubelet calls the directory of a volume (kubernetes pkg/volume/csi, makeDeviceMountPath).
   */
  public static String digest(String disk) {
    return Attachment.sha256(disk);
  }

  /** Empty if that node was not looked at. */
  public Optional<Node.Look> at(String node) {
    return Optional.ofNullable(looks.get(node));
  }

  /** The volume that is mounted there, by the path. */
  public Optional<Volume> volumeOf(Node.Mount mount) {
    Matcher point = POINT.matcher(mount.point());
    if (!point.find() || point.end() != mount.point().length()) {
      return Optional.empty();
    }
    for (int group = 1; group <= point.groupCount(); group++) {
      if (point.group(group) != null) {
        return Optional.ofNullable(volumes.get(point.group(group)));
      }
    }
    return Optional.empty();
  }

  /** All mounts of a volume on a node, in the order of its table. */
  public List<Node.Mount> mountsOf(Volume volume, Node.Look look) {
    return look.mounts().stream()
        .filter(mount -> volumeOf(mount).filter(volume::equals).isPresent())
        .toList();
  }

  /** The device with the serial that the cloud's letter has in the guest. */
  public static Optional<Node.Device> deviceOf(Disk disk, Node.Look look) {
    return serialOf(disk)
        .flatMap(serial ->
            look.devices().stream().filter(device -> device.serial().equals(serial)).findFirst());
  }

  /** Empty where the cloud tells no letter. */
  public static Optional<String> serialOf(Disk disk) {
    return DeviceName.find(disk.device()).map(DeviceName::serial);
  }

  /** The device that a filesystem is on, or that a raw volume is. */
  public static Optional<Node.Device> deviceOf(Node.Mount mount, Node.Look look) {
    return look.devices().stream()
        .filter(device ->
            mount.number().equals(device.number()) || mount.root().equals("/" + device.name()))
        .findFirst();
  }
}
