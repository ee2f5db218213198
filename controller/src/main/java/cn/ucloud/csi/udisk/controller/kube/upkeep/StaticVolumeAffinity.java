package cn.ucloud.csi.udisk.controller.kube.upkeep;

import cn.ucloud.csi.udisk.common.model.Topology;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.kube.client.Informer;
import cn.ucloud.csi.udisk.controller.kube.client.Patches;
import cn.ucloud.csi.udisk.controller.kube.record.VolumeRecord;
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
public final class StaticVolumeAffinity {
  private static final Logger LOG = LoggerFactory.getLogger(StaticVolumeAffinity.class);

  private final KubernetesClient client;
  private final Informer<VolumeRecord> volumes;
  private final Function<VolumeId, Optional<Topology>> topologies;

  private StaticVolumeAffinity(
      KubernetesClient client,
      Informer<VolumeRecord> volumes,
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
  public static void watch(
      KubernetesClient client,
      Informer<VolumeRecord> volumes,
      Function<VolumeId, Optional<Topology>> topologies,
      RetryingTasks chores) {
    StaticVolumeAffinity settling = new StaticVolumeAffinity(client, volumes, topologies);
    volumes.tell(volume -> {
      if (volume.findWithoutAffinity().isPresent()) {
        String name = volume.name();
        chores.plan("affinity of persistent volume " + name, () -> settling.settle(name));
      }
    });
  }

  private void settle(String name) {
    Optional<VolumeId> disk = volumes.find(name).flatMap(VolumeRecord::findWithoutAffinity);
    Optional<Topology> topology = disk.flatMap(topologies);
    if (topology.isEmpty()) { // gone, settled, or of a disk that does not exist
      return;
    }
    // Asked anew: what was watched may be from before the last time that this was done.
    PersistentVolume volume = client.persistentVolumes().withName(name).get();
    if (volume == null || !VolumeRecord.of(volume).findWithoutAffinity().equals(disk)) {
      return;
    }
    Patches.replace(
        client,
        volume,
        volume.getMetadata().getResourceVersion(),
        "nodeAffinity",
        affinity(topology.get()));
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
}
