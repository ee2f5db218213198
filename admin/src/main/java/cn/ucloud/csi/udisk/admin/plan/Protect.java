package cn.ucloud.csi.udisk.admin.plan;

import cn.ucloud.csi.udisk.admin.facts.Volume;
import cn.ucloud.csi.udisk.admin.link.Links;
import java.util.List;

/**
 * Bound volumes keep their disks when their claims are deleted: Retain. Of a volume whose deletion
 * has begun nothing is changed.
 *
 * @param namespace of the claims; empty for all
 */
public record Protect(String namespace) implements Plan {
  @Override
  public String confirmation() {
    return namespace.isEmpty() ? "all" : namespace;
  }

  @Override
  public Decision decide(Links links) {
    List<Volume> open =
        links.facts().volumes().stream()
            .filter(volume -> volume.kind() == Volume.Kind.CSI)
            .filter(volume -> "Bound".equals(volume.phase()) && !volume.isDeleting())
            .filter(volume -> namespace.isEmpty() || volume.claimNamespace().equals(namespace))
            .filter(volume -> !volume.keepsItsDisk())
            .toList();
    return open.isEmpty()
        ? Decision.done("protect.done")
        : new Decision.Do(
            "protect.do",
            List.of(String.valueOf(open.size())),
            open.stream().map(Protect::keep).toList());
  }

  static Step keep(Volume volume) {
    return Steps.patch(volume).replace("/spec/persistentVolumeReclaimPolicy", "Retain").step();
  }
}
