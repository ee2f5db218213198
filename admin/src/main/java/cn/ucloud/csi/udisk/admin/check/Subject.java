package cn.ucloud.csi.udisk.admin.check;

import cn.ucloud.csi.udisk.admin.facts.Attachment;
import cn.ucloud.csi.udisk.admin.facts.Claim;
import cn.ucloud.csi.udisk.admin.facts.Disk;
import cn.ucloud.csi.udisk.admin.facts.Node;
import cn.ucloud.csi.udisk.admin.facts.Pod;
import cn.ucloud.csi.udisk.admin.facts.Volume;

/**
 * What something is said of.
 *
 * @param kind as kubectl abbreviates it: pvc, pv, node, pod, sc; or va, disk, driver
 * @param name with its namespace before it, where it has one
 */
public record Subject(String kind, String name) {
  public static final Subject DRIVER = new Subject("driver", "");

  public static Subject of(Claim claim) {
    return new Subject("pvc", claim.key());
  }

  public static Subject of(Volume volume) {
    return new Subject("pv", volume.name());
  }

  public static Subject of(Attachment attachment) {
    return new Subject("va", attachment.name());
  }

  public static Subject of(Node node) {
    return new Subject("node", node.name());
  }

  public static Subject of(Pod pod) {
    return new Subject("pod", pod.key());
  }

  public static Subject of(Disk disk) {
    return new Subject("disk", disk.id());
  }

  @Override
  public String toString() {
    return name.isEmpty() ? kind : kind + " " + name;
  }
}
