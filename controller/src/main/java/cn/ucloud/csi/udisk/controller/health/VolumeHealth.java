package cn.ucloud.csi.udisk.controller.health;

import cn.ucloud.csi.udisk.common.health.HealthProblem;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.controller.cluster.PublishedNodes;
import cn.ucloud.csi.udisk.controller.cluster.PublishedNodes.OnHost;
import cn.ucloud.csi.udisk.controller.listing.SeenDisks;
import cn.ucloud.csi.udisk.controller.listing.VolumeQueries;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is wrong with the cluster's volumes. No request is sent for it that would not be sent
 * anyway: the region's list, which the attacher has read every minute, is enough, and what is
 * unpaid is known from the last look at the bills.
 */
public final class VolumeHealth {
  private final VolumeQueries volumes;
  private final PublishedNodes cluster;
  private final Supplier<List<UDisk>> unpaid;

  /**
   * @param unpaid the disks that were unpaid when bills were last looked at
   */
  public VolumeHealth(VolumeQueries volumes, PublishedNodes cluster, Supplier<List<UDisk>> unpaid) {
    this.volumes = volumes;
    this.cluster = cluster;
    this.unpaid = unpaid;
  }

  /**
   * One volume with all that is wrong with it.
   *
   * @param createTime Unix seconds; 0 if it is not known
   */
  public record Sick(VolumeId volume, long createTime, List<HealthProblem> problems) {}

  /**
   * The volumes of this cluster with which something is wrong; of other disks nothing is said.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.Unavailable if region or cluster are
   *     not known now
   */
  public List<Sick> all() {
    SeenDisks seen = volumes.seen();
    Set<VolumeId> ours = cluster.volumes();
    Function<UDisk, List<HealthProblem>> problems = diagnosis();
    Stream<Sick> there =
        seen.disks().stream()
            .filter(disk -> ours.contains(new VolumeId(disk.id())))
            .map(disk -> new Sick(new VolumeId(disk.id()), disk.createTime(), problems.apply(disk)))
            .filter(sick -> !sick.problems().isEmpty());
    Stream<Sick> gone =
        seen.absent().stream()
            .filter(ours::contains)
            .map(volume -> new Sick(volume, 0, List.of(gone(volume))));
    return Stream.concat(there, gone).toList();
  }

  /**
   * The same of one volume. Only one that the last list knows nothing of is read by itself.
   *
   * @return nothing if neither cloud nor cluster know such a volume
   */
  public Optional<List<HealthProblem>> find(VolumeId volume) {
    SeenDisks seen = volumes.seen();
    Optional<UDisk> disk = seen.find(volume);
    if (disk.isEmpty() && !seen.absent().contains(volume)) {
      disk = volumes.findDisk(volume);
    }
    return disk.map(diagnosis())
        .or(() ->
            Optional.of(List.of(gone(volume))).filter(_ -> cluster.volumes().contains(volume)));
  }

  private Function<UDisk, List<HealthProblem>> diagnosis() {
    Predicate<OnHost> nodes = cluster.nodes();
    Map<String, UDisk> bills =
        unpaid.get().stream().collect(Collectors.toMap(UDisk::id, disk -> disk, (one, _) -> one));
    return disk -> {
      List<HealthProblem> problems = new ArrayList<>();
      ofStatus(disk).ifPresent(problems::add);
      ofPlace(disk, nodes).ifPresent(problems::add);
      ofKey(disk).ifPresent(problems::add);
      Optional.ofNullable(bills.get(disk.id())).map(VolumeHealth::unpaid).ifPresent(problems::add);
      return problems;
    };
  }

  /** Where keys or project are wrong, every disk looks so. */
  private static HealthProblem gone(VolumeId volume) {
    return HealthProblem.inaccessible(
        "VolumeNotFound",
        "UCloud knows no disk %s in this region and project: it was deleted outside of Kubernetes, or moved to another project"
            .formatted(volume));
  }

  private static Optional<HealthProblem> ofStatus(UDisk disk) {
    return switch (disk.status()) {
      case FAILED ->
          Optional.of(
              HealthProblem.inaccessible(
                  "DiskFailed",
                  "UCloud shows disk %s as Failed, and no node can attach it"
                      .formatted(disk.id())));
      case RESTOREFAILED ->
          Optional.of(
              HealthProblem.inaccessible(
                  "RestoreFailed",
                  "UCloud could not put disk %s back to a snapshot, and no node can attach it; restore it again in the console"
                      .formatted(disk.id())));
      case RESTORING ->
          Optional.of(
              HealthProblem.inaccessible(
                  "Restoring",
                  "disk %s is being put back to a snapshot, and no node can attach it meanwhile"
                      .formatted(disk.id())));
      case AVAILABLE, ATTACHING, INUSE, DETACHING, INITIALIZATING, INITIALIZING, CLONING, UNKNOWN ->
          Optional.empty();
    };
  }

  private static Optional<HealthProblem> ofPlace(UDisk disk, Predicate<OnHost> nodes) {
    return disk.hostId()
        .map(host ->
            new OnHost(
                new VolumeId(disk.id()),
                new NodeId(host),
                disk.hostIp(),
                disk.deviceName(),
                disk.size()))
        .filter(nodes.negate())
        .map(place ->
            HealthProblem.inaccessible(
                "AttachedElsewhere",
                "disk %s is attached to host %s, which is no node of this cluster; while it is there no node can use it"
                    .formatted(disk.id(), place.host())));
  }

  private static Optional<HealthProblem> ofKey(UDisk disk) {
    return disk.standing()
        .keyProblem()
        .map(problem ->
            new HealthProblem(
                disk.hostId().isPresent(),
                "EncryptionKeyUnusable",
                "the key that disk %s is encrypted with is %s: the disk cannot be read once it is detached; enable the key in the console of UKMS"
                    .formatted(disk.id(), problem)));
  }

  private static HealthProblem unpaid(UDisk disk) {
    return HealthProblem.degraded(
        "DiskExpired",
        "disk %s is unpaid%s; UCloud destroys it and all that is on it ten days after that: renew it in the console now"
            .formatted(
                disk.id(), disk.standing().paidUntil().map(end -> " since " + end).orElse("")));
  }
}
