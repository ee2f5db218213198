package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.error.DriverException.NotFound;
import cn.ucloud.csi.udisk.common.error.DriverException.SoldOut;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.Topology;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskType;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Host;
import cn.ucloud.csi.udisk.controller.volume.ContentSource.OfSnapshot;
import cn.ucloud.csi.udisk.controller.volume.ContentSource.OfVolume;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Orders the disk of a volume that has none: blank, or a copy. Each call makes one. */
final class Making {
  private static final Logger LOG = LoggerFactory.getLogger(Making.class);

  private final UDisks disks;

  Making(UDisks disks) {
    this.disks = disks;
  }

  /**
   * Orders it, once.
   *
   * @param origin the source of {@code spec}, if it has one that exists
   * @throws InvalidRequest if nobody knows a zone
   */
  VolumeId order(VolumeSpec spec, Site site, Optional<Origin> origin, Progress progress) {
    return spec.source().isPresent()
        ? copy(spec.source().get(), origin, spec, progress)
        : blank(spec, site, progress);
  }

  /** Orders the first type that is not sold out. */
  private VolumeId blank(VolumeSpec spec, Site site, Progress progress) {
    if (site.zones().isEmpty()) {
      throw new InvalidRequest(
          "accessibility_requirements",
          "names no zone under the key %s, and no node that fits does; use volumeBindingMode"
                  .formatted(Topology.ZONE_KEY)
              + " WaitForFirstConsumer or allowedTopologies");
    }
    String zone = site.zones().getFirst();
    List<String> soldOut = new ArrayList<>();
    for (DiskType type : spec.plan().types()) {
      progress.at(
          "creating a disk of type %s named %s".formatted(type.className(), spec.name().marked()));
      try {
        Optional<String> rdmaCluster =
            type == DiskType.RSSD ? rdmaCluster(site, zone, progress) : Optional.empty();
        return disks.create(spec, type, zone, rdmaCluster);
      } catch (SoldOut e) {
        LOG.info("no {} is left for {}: {}", type.className(), spec.name().marked(), e.sentence());
        soldOut.add(e.sentence());
      }
    }
    throw new SoldOut(String.join("; ", soldOut));
  }

  /**
   * The RDMA cluster that the node's host is in at this moment; empty if no node is known.
   *
   * @throws SoldOut if that host takes no RSSD disk of the zone
   */
  private Optional<String> rdmaCluster(Site site, String zone, Progress progress) {
    if (site.node().isEmpty()) {
      return Optional.empty();
    }
    NodeId node = site.node().get();
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

  private VolumeId copy(
      ContentSource source, Optional<Origin> origin, VolumeSpec spec, Progress progress) {
    Origin from =
        origin.orElseThrow(() ->
            switch (source) {
              case OfSnapshot(var id) -> new NotFound("snapshot", id.value());
              case OfVolume(var id) -> new NotFound("volume", id.value());
            });
    DiskSize size = from.requireCopyable(spec);
    progress.at("copying %s to a disk named %s".formatted(from.name(), spec.name().marked()));
    return disks.copy(source, from.zone(), size, spec);
  }
}
