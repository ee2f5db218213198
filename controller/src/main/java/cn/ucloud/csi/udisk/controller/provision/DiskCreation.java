package cn.ucloud.csi.udisk.controller.provision;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.error.DriverException.LimitReached;
import cn.ucloud.csi.udisk.common.error.DriverException.SoldOut;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.Topology;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskType;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Host;
import cn.ucloud.csi.udisk.controller.change.SendOnce;
import cn.ucloud.csi.udisk.controller.cloud.DiskApi;
import cn.ucloud.csi.udisk.controller.cluster.SelectedNode;
import cn.ucloud.csi.udisk.controller.model.VolumeSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Orders the disk of a volume that has none and begins blank. Each call makes one. */
final class DiskCreation {
  private static final Logger LOG = LoggerFactory.getLogger(DiskCreation.class);

  private final DiskApi disks;
  private final ZoneChoice zoneChoice;
  private final SendOnce sendOnce;

  DiskCreation(DiskApi disks, ZoneChoice zoneChoice, SendOnce sendOnce) {
    this.disks = disks;
    this.zoneChoice = zoneChoice;
    this.sendOnce = sendOnce;
  }

  /**
   * Orders the first type that is not sold out, once, zone by zone (CSI,
   * TopologyRequirement.preferred). Only the first zone will do where a node was selected for the
   * pod.
   *
   * @throws InvalidRequest if nobody knows a zone
   * @throws SoldOut if none of the types is left in any of the zones that will do
   */
  VolumeId order(VolumeSpec spec, ZoneChoice.Candidates site, Progress progress) {
    if (site.zones().isEmpty()) {
      throw new InvalidRequest(
          "accessibility_requirements",
          "names no zone under the key %s, and no node that fits does; use volumeBindingMode"
                  .formatted(Topology.ZONE_KEY)
              + " WaitForFirstConsumer or allowedTopologies");
    }
    List<String> soldOut = new ArrayList<>();
    for (String zone : site.zones()) {
      Optional<VolumeId> made = blankIn(zone, spec, site, soldOut, progress);
      if (made.isPresent()) {
        return made.get();
      }
      if (site.zones().size() > 1 && zoneChoice.isBoundToNode(spec)) {
        break;
      }
    }
    throw new SoldOut(String.join("; ", soldOut));
  }

  /**
   * @param soldOut is added to what could not be had
   */
  private Optional<VolumeId> blankIn(
      String zone,
      VolumeSpec spec,
      ZoneChoice.Candidates site,
      List<String> soldOut,
      Progress progress) {
    for (DiskType type : spec.plan().types()) {
      progress.at(
          "creating a disk of type %s named %s".formatted(type.className(), spec.name().marked()));
      try {
        Optional<String> rdmaCluster =
            type == DiskType.RSSD ? rdmaCluster(site, zone, progress) : Optional.empty();
        return Optional.of(create(spec, type, zone, rdmaCluster));
      } catch (SoldOut e) {
        LOG.info("no {} is left for {}: {}", type.className(), spec.name().marked(), e.sentence());
        soldOut.add(e.sentence());
      }
    }
    return Optional.empty();
  }

  /** The cloud refuses with a code alone, which says neither what nor where. */
  private VolumeId create(
      VolumeSpec spec, DiskType type, String zone, Optional<String> rdmaCluster) {
    try {
      return sendOnce.make(
          spec.name().marked(), "creation", () -> disks.create(spec, type, zone, rdmaCluster));
    } catch (SoldOut e) {
      throw new SoldOut(
          "no %s disk is left in zone %s: %s".formatted(type.className(), zone, e.sentence()));
    }
  }

  /**
   * The RDMA cluster that the node's host is in at this moment; empty if no node is known.
   *
   * @throws SoldOut if that host takes no RSSD disk of the zone
   */
  private Optional<String> rdmaCluster(ZoneChoice.Candidates site, String zone, Progress progress) {
    if (!site.mayTakeRssd(zone)) {
      throw new SoldOut("no node of zone %s takes RSSD disks".formatted(zone));
    }
    Optional<NodeId> selected = site.node().flatMap(SelectedNode::instance);
    if (selected.isEmpty()) {
      return Optional.empty();
    }
    NodeId node = selected.get();
    progress.at("reading the RDMA cluster of host " + node);
    Optional<String> cluster =
        disks.findHost(node).filter(host -> host.zone().equals(zone)).flatMap(Host::rdmaCluster);
    if (cluster.isEmpty()) {
      throw new SoldOut(
          "host %s, which was selected for the pod, takes no RSSD disks of zone %s"
              .formatted(node, zone));
    }
    return cluster;
  }

  /**
   * A copy is made where its source is, and the scheduler moves the pod there.
   *
   * @throws LimitReached if it is not asked for there; says what helps
   */
  void requireAllowed(CopySource from, VolumeSpec spec) {
    if (zoneChoice.allows(from.zone(), from.type(), spec)) {
      return;
    }
    String asked = String.join(" or ", spec.zones());
    String remedy =
        zoneChoice.isWithoutNodes(from.zone())
            ? "the cluster has no node in zone %s; add one".formatted(from.zone())
            : "let the allowedTopologies of its StorageClass allow zone " + from.zone();
    throw new LimitReached(
        "%s is in zone %s and can be copied only there, not to %s; %s"
            .formatted(from.name(), from.zone(), asked, remedy));
  }
}
