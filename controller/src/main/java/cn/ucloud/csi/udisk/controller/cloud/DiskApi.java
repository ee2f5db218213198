package cn.ucloud.csi.udisk.controller.cloud;

import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskType;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Host;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Page;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.controller.model.ContentSource;
import cn.ucloud.csi.udisk.controller.model.VolumeSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The disks of one project and region, as the cloud shows and changes them: each method is one
 * step, none waits for its effect.
 *
 * <p>A failure is {@link DriverException.Certain} only if the cloud certainly did nothing; after
 * any other the state must be read before anything is concluded.
 */
public interface DiskApi {

  /**
   * The disk as it is shown now. A disk that was made just before may not be shown yet.
   *
   * @throws DriverException.Unavailable also if it is shown in a way that cannot be read
   */
  Optional<UDisk> find(VolumeId id);

  /**
   * All disks whose name is exactly {@code name}.
   *
   * @throws DriverException.Unavailable also if one of them is shown in a way that cannot be read
   */
  List<UDisk> named(String name);

  /**
   * Those that {@code host} has, is getting or is losing, as far as the cloud shows them. Whoever
   * misses a disk there asks for it by its id: what else the cloud leaves out is not documented.
   */
  List<UDisk> on(NodeId host);

  /** Some of all disks, from the one at {@code offset} on. */
  Page<UDisk> page(int offset);

  /** The same with their bills, which takes the cloud longer. */
  Page<UDisk> billed(int offset);

  /**
   * The hosts, whether they run or not; empty for one that there is not. One that cannot be read is
   * left out, or the failure if no other was asked for; a hundred at most are.
   */
  Map<NodeId, Optional<Host>> findHosts(List<NodeId> nodes);

  /** The host, whether it runs or not. */
  default Optional<Host> findHost(NodeId node) {
    return findHosts(List.of(node)).getOrDefault(node, Optional.empty());
  }

  /**
   * Whether there is a host of this id, whether it runs or not: both host APIs are asked, whatever
   * the form of the id says.
   */
  boolean isHost(NodeId node);

  /**
   * Orders a new disk of {@code type}. Called twice, it makes two.
   *
   * @param rdmaCluster where an RSSD disk is to be; empty leaves it to the cloud
   * @throws DriverException.SoldOut if that zone has no such disk left
   */
  VolumeId create(VolumeSpec spec, DiskType type, String zone, Optional<String> rdmaCluster);

  /**
   * Orders a disk with the content of {@code source}. Called twice, it makes two.
   *
   * @param zone of the source; a copy has the source's zone and type
   * @throws DriverException.NotFound if the source is a disk that does not exist
   */
  VolumeId copy(ContentSource source, String zone, DiskSize size, VolumeSpec spec);

  /**
   * Orders the attachment.
   *
   * @param acrossClusters also if disk and host are in different RDMA clusters
   * @throws DriverException.OperationPending if the disk is attached or attaching, here or
   *     elsewhere
   * @throws DriverException.NotFound if there is no such disk
   */
  void attach(UDisk disk, NodeId node, boolean acrossClusters);

  /** Orders the detachment from {@code host}. Does nothing if there is no such disk. */
  void detach(UDisk disk, String host);

  /** Orders the deletion. Does nothing if there is no such disk. */
  void delete(UDisk disk);

  /**
   * Whether the host would see {@code size} only after a power cycle. Nothing is resized; always
   * false for a disk that no host has.
   */
  boolean resizeNeedsRestart(UDisk disk, DiskSize size);

  /**
   * Orders the growth to {@code size}, where the disk is. Ordered twice, it grows once.
   *
   * @throws DriverException.NotFound if there is no such disk; of one that a host has, the cloud
   *     says only that it cannot be had (RetCode 8981), which leaves the outcome open
   */
  void resize(UDisk disk, DiskSize size);
}
