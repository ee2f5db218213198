package cn.ucloud.csi.udisk.orchestrator;

import cn.ucloud.csi.udisk.orchestrator.call.CallListener;
import cn.ucloud.csi.udisk.orchestrator.call.CallSettings;
import cn.ucloud.csi.udisk.orchestrator.call.CsiSocket;
import cn.ucloud.csi.udisk.orchestrator.call.ErrorRules;
import cn.ucloud.csi.udisk.orchestrator.call.RetryLoop;
import cn.ucloud.csi.udisk.orchestrator.call.Verdict;
import cn.ucloud.csi.udisk.orchestrator.object.Cluster;
import cn.ucloud.csi.udisk.orchestrator.object.NodeRegistration;
import cn.ucloud.csi.udisk.orchestrator.object.PersistentVolume;
import cn.ucloud.csi.udisk.orchestrator.object.VolumeAttachment;
import csi.v1.GetPluginInfoResponse;
import csi.v1.NodeGetInfoResponse;
import csi.v1.NodePublishVolumeResponse;
import csi.v1.NodeStageVolumeResponse;
import csi.v1.NodeUnpublishVolumeResponse;
import csi.v1.NodeUnstageVolumeResponse;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Plays the kubelet of one node, with node-driver-registrar.
 *
 * <p>Every error is followed by another call until the patience is over. A final error also makes
 * it forget the mount: {@link #unstage} and {@link #unpublish} then do nothing, which is how a
 * driver's half-made mount is left behind.
 */
public final class Kubelet {
  private final Cluster cluster;
  private final String nodeName;
  private final NodePlugin plugin;
  private final KubeletDirectories directories;
  private final RetryLoop loop;

  public Kubelet(Cluster cluster, Node node, CallSettings settings, CallListener listener) {
    this.cluster = cluster;
    this.nodeName = node.name();
    this.plugin = new NodePlugin(node.socket(), settings.timeout());
    this.directories = new KubeletDirectories(node.kubeletRoot(), cluster.driverName());
    this.loop = new RetryLoop(settings, listener);
  }

  /**
   * A machine of the cluster.
   *
   * @param kubeletRoot in place of {@code /var/lib/kubelet}
   * @param socket where the driver on this machine listens
   */
  public record Node(String name, Path kubeletRoot, CsiSocket socket) {}

  public String nodeName() {
    return nodeName;
  }

  public KubeletDirectories directories() {
    return directories;
  }

  /**
   * Registers the driver, as at the start of its pod.
   *
   * @throws cn.ucloud.csi.udisk.orchestrator.call.CallFailed if the driver does not say who it is
   *     in time
   */
  public NodeRegistration register() {
    GetPluginInfoResponse driver = loop.run("GetPluginInfo", nodeName, plugin::getPluginInfo);
    if (!driver.getName().equals(cluster.driverName())) {
      throw new IllegalStateException(
          "the driver on " + nodeName + " calls itself " + driver.getName());
    }
    NodeGetInfoResponse info = loop.run("NodeGetInfo", nodeName, plugin::getInfo);
    NodeRegistration registration =
        new NodeRegistration(
            nodeName,
            info.getNodeId(),
            info.getAccessibleTopology().getSegmentsMap(),
            info.getMaxVolumesPerNode());
    cluster.putNode(registration);
    return registration;
  }

  /**
   * Has the attached volume mounted for the node.
   *
   * @return the staging path
   * @throws cn.ucloud.csi.udisk.orchestrator.call.CallFailed if it is not staged in time
   */
  public Path stage(PersistentVolume volume) {
    Map<String, String> context = requireAttached(volume).publishContext();
    Path staging = directories.staging(volume);
    MountRecord mount = new MountRecord(staging);
    NodeStageVolumeResponse _ =
        loop.run(
            "NodeStageVolume",
            volume.name(),
            () -> {
              mount.write(cluster.driverName(), volume.volumeHandle(), Map.of());
              mount.createMountPoint();
              return forgettingIfFinal(mount, () -> plugin.stage(volume, context, staging));
            });
    return staging;
  }

  /**
   * Has the staged volume mounted for a pod. The target path itself is left to the driver.
   *
   * @return the target path
   * @throws cn.ucloud.csi.udisk.orchestrator.call.CallFailed if it is not published in time
   */
  public Path publish(PersistentVolume volume, String podUid) {
    VolumeAttachment attachment = requireAttached(volume);
    Map<String, String> context = attachment.publishContext();
    Path staging = directories.staging(volume);
    Path target = directories.target(volume, podUid);
    MountRecord mount = new MountRecord(target);
    NodePublishVolumeResponse _ =
        loop.run(
            "NodePublishVolume",
            volume.name(),
            () -> {
              mount.write(cluster.driverName(), volume.volumeHandle(), podKeys(volume, attachment));
              return forgettingIfFinal(
                  mount, () -> plugin.publish(volume, context, staging, target));
            });
    return target;
  }

  /**
   * Has a pod's mount undone. Does nothing if kubelet does not know of it.
   *
   * @throws cn.ucloud.csi.udisk.orchestrator.call.CallFailed if it is not undone in time
   */
  public void unpublish(PersistentVolume volume, String podUid) {
    Path target = directories.target(volume, podUid);
    MountRecord mount = new MountRecord(target);
    Optional<String> handle = mount.findVolumeHandle();
    if (handle.isPresent()) {
      NodeUnpublishVolumeResponse _ =
          loop.run(
              "NodeUnpublishVolume", volume.name(), () -> plugin.unpublish(handle.get(), target));
      mount.remove();
    }
  }

  /**
   * Has the node's mount undone. Does nothing if kubelet does not know of it.
   *
   * @throws cn.ucloud.csi.udisk.orchestrator.call.CallFailed if it is not undone in time
   */
  public void unstage(PersistentVolume volume) {
    Path staging = directories.staging(volume);
    MountRecord mount = new MountRecord(staging);
    Optional<String> handle = mount.findVolumeHandle();
    if (handle.isPresent()) {
      NodeUnstageVolumeResponse _ =
          loop.run("NodeUnstageVolume", volume.name(), () -> plugin.unstage(handle.get(), staging));
      mount.remove();
    }
  }

  private VolumeAttachment requireAttached(PersistentVolume volume) {
    return cluster
        .findAttachment(volume, nodeName)
        .filter(VolumeAttachment::attached)
        .orElseThrow(
            () -> new IllegalStateException(volume.name() + " is not attached to " + nodeName));
  }

  private Map<String, String> podKeys(PersistentVolume volume, VolumeAttachment attachment) {
    return Map.of(
        "specVolID",
        volume.name(),
        "nodeName",
        nodeName,
        "attachmentID",
        attachment.name(),
        "volumeLifecycleMode",
        "Persistent");
  }

  private static <T> T forgettingIfFinal(MountRecord mount, Supplier<T> call) {
    try {
      return call.get();
    } catch (StatusRuntimeException e) {
      if (ErrorRules.ATTACHER_AND_KUBELET.verdict(e.getStatus().getCode()) == Verdict.FINAL) {
        mount.remove();
      }
      throw e;
    }
  }
}
