package cn.ucloud.csi.udisk.controller.kube;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.identity.IdentityService;
import cn.ucloud.csi.udisk.common.model.Topology;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.VolumeNodeAffinity;
import io.fabric8.kubernetes.api.model.VolumeNodeAffinityBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Persistent volumes that somebody wrote by hand without saying where they can be used: region and
 * zone of their disk are added, once. Kubernetes allows that while the affinity is empty, and never
 * again.
 */
final class StaticVolumes {
  private static final Logger LOG = LoggerFactory.getLogger(StaticVolumes.class);

  private final KubernetesClient client;
  private final Watched<PersistentVolume> volumes;
  private final Function<VolumeId, Optional<Topology>> topologies;

  private StaticVolumes(
      KubernetesClient client,
      Watched<PersistentVolume> volumes,
      Function<VolumeId, Optional<Topology>> topologies) {
    this.client = client;
    this.volumes = volumes;
    this.topologies = topologies;
  }

  /**
   * Has every such volume settled, now and later.
   *
   * @param topologies where a disk is; empty if there is no such disk
   */
  static void watch(
      KubernetesClient client,
      Watched<PersistentVolume> volumes,
      Function<VolumeId, Optional<Topology>> topologies,
      Chores chores) {
    StaticVolumes settling = new StaticVolumes(client, volumes, topologies);
    volumes.tell(
        new Each<>(volume -> {
          if (findHomeless(volume).isPresent()) {
            String name = volume.getMetadata().getName();
            chores.plan("affinity of persistent volume " + name, () -> settling.settle(name));
          }
        }));
  }

  private void settle(String name) {
    Optional<PersistentVolume> seen = volumes.find(name);
    Optional<Topology> topology = seen.flatMap(StaticVolumes::findHomeless).flatMap(topologies);
    if (topology.isEmpty()) { // gone, settled, or of a disk that does not exist
      return;
    }
    Patches.replace(client, seen.get(), "nodeAffinity", affinity(topology.get()));
    LOG.info("persistent volume {} can be used in zone {}", name, topology.get().zone());
  }

  private static VolumeNodeAffinity affinity(Topology topology) {
    return new VolumeNodeAffinityBuilder()
        .withNewRequired()
        .addNewNodeSelectorTerm()
        .addNewMatchExpression()
        .withKey(Topology.REGION_KEY)
        .withOperator("In")
        .withValues(topology.region())
        .endMatchExpression()
        .addNewMatchExpression()
        .withKey(Topology.ZONE_KEY)
        .withOperator("In")
        .withValues(topology.zone())
        .endMatchExpression()
        .endNodeSelectorTerm()
        .endRequired()
        .build();
  }

  /** The disk of a volume of ours that does not say where it can be used. */
  private static Optional<VolumeId> findHomeless(PersistentVolume volume) {
    return Optional.ofNullable(volume.getSpec())
        .filter(spec -> volume.getMetadata().getDeletionTimestamp() == null)
        .filter(
            spec -> spec.getNodeAffinity() == null || spec.getNodeAffinity().getRequired() == null)
        .flatMap(spec -> Optional.ofNullable(spec.getCsi()))
        .filter(csi -> IdentityService.DRIVER_NAME.equals(csi.getDriver()))
        .flatMap(csi -> id(csi.getVolumeHandle()));
  }

  private static Optional<VolumeId> id(String handle) {
    try {
      return Optional.of(new VolumeId(handle));
    } catch (InvalidRequest e) { // no disk has such an id
      return Optional.empty();
    }
  }
}
