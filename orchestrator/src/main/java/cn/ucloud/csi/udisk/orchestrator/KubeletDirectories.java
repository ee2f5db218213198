package cn.ucloud.csi.udisk.orchestrator;

import cn.ucloud.csi.udisk.orchestrator.object.PersistentVolume;
import cn.ucloud.csi.udisk.orchestrator.object.VolumeAttachment;
import java.nio.file.Path;

/** Where a kubelet keeps the mounts of a CSI driver. */
public record KubeletDirectories(Path root, String driverName) {

  /** The mount of the volume itself, one for all pods of the node. */
  public Path staging(PersistentVolume volume) {
    return root.resolve("plugins/kubernetes.io/csi")
        .resolve(driverName)
        .resolve(VolumeAttachment.sha256(volume.volumeHandle()))
        .resolve("globalmount");
  }

  /** The mount that one pod sees. */
  public Path target(PersistentVolume volume, String podUid) {
    return root.resolve("pods")
        .resolve(podUid)
        .resolve("volumes/kubernetes.io~csi")
        .resolve(volume.name())
        .resolve("mount");
  }
}
