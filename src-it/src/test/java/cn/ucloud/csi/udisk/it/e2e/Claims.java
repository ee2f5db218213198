package cn.ucloud.csi.udisk.it.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.CSIPersistentVolumeSource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimList;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.storage.VolumeAttachment;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The claims of a test, their volumes, snapshots and attachments. */
final class Claims {
  private static final String SNAPSHOTS = "snapshot.storage.k8s.io/v1";

  private final RealCluster cluster;

  Claims(RealCluster cluster) {
    this.cluster = cluster;
  }

  private NonNamespaceOperation<
          PersistentVolumeClaim, PersistentVolumeClaimList, Resource<PersistentVolumeClaim>>
      all() {
    return cluster.client().persistentVolumeClaims().inNamespace(cluster.namespace());
  }

  PersistentVolumeClaim get(String claim) {
    return Objects.requireNonNull(all().withName(claim).get(), claim);
  }

  Optional<String> findVolumeOf(String claim) {
    return Optional.of(get(claim).getSpec()).map(PersistentVolumeClaimSpec::getVolumeName);
  }

  PersistentVolume volumeOf(String claim) {
    return cluster
        .client()
        .persistentVolumes()
        .withName(findVolumeOf(claim).orElseThrow())
        .require();
  }

  String diskOf(String claim) {
    return volumeOf(claim).getSpec().getCsi().getVolumeHandle();
  }

  String phaseOfVolume(String volume) {
    return cluster.client().persistentVolumes().withName(volume).require().getStatus().getPhase();
  }

  long bound() {
    return all().list().getItems().stream()
        .filter(claim -> "Bound".equals(claim.getStatus().getPhase()))
        .count();
  }

  void awaitBound(int count) {
    RealCluster.eventually().until(() -> bound() >= count);
    cluster.say(count + " claims are bound");
  }

  void deleteAll() {
    all().delete();
  }

  void awaitNoVolumes() {
    RealCluster.eventually().until(() -> volumes().isEmpty());
    cluster.say("no volumes are left");
  }

  /** The names of the PersistentVolumes of this namespace's claims. */
  List<String> volumes() {
    return cluster.client().persistentVolumes().list().getItems().stream()
        .filter(volume ->
            volume.getSpec().getClaimRef() != null
                && cluster.namespace().equals(volume.getSpec().getClaimRef().getNamespace()))
        .map(volume -> volume.getMetadata().getName())
        .toList();
  }

  /** From now on a volume's disk goes with its claim, or at once if that is gone. */
  void retainNothing() {
    for (String volume : volumes()) {
      cluster
          .client()
          .persistentVolumes()
          .withName(volume)
          .edit(found -> {
            found.getSpec().setPersistentVolumeReclaimPolicy("Delete");
            return found;
          });
    }
  }

  Stream<VolumeAttachment> attachmentsOf(String claim) {
    Optional<String> volume = findVolumeOf(claim);
    return cluster.client().storage().v1().volumeAttachments().list().getItems().stream()
        .filter(found ->
            volume.isPresent()
                && volume.get().equals(found.getSpec().getSource().getPersistentVolumeName()));
  }

  void awaitDetached(String claim) {
    RealCluster.eventually().until(() -> attachmentsOf(claim).findAny().isEmpty());
    cluster.say("claim " + claim + " is detached");
  }

  void label(String claim, Map<String, String> labels) {
    all()
        .withName(claim)
        .edit(found -> {
          found.getMetadata().setLabels(labels);
          return found;
        });
  }

  void grow(String claim, String size) {
    all()
        .withName(claim)
        .edit(found -> {
          found.getSpec().getResources().setRequests(Map.of("storage", new Quantity(size)));
          return found;
        });
    RealCluster.eventually()
        .untilAsserted(() ->
            assertThat(get(claim).getStatus().getCapacity())
                .as("claim %s; warnings: %s", claim, cluster.warnings())
                .containsEntry("storage", new Quantity(size)));
    cluster.say("claim " + claim + " has " + size);
  }

  void awaitSnapshot(String snapshot) {
    RealCluster.eventually()
        .untilAsserted(() ->
            assertThat(status(snapshot).get("readyToUse"))
                .as("%s", cluster.warnings())
                .isEqualTo(true));
    cluster.say("snapshot " + snapshot + " is ready");
  }

  private Map<?, ?> status(String snapshot) {
    GenericKubernetesResource found =
        cluster
            .client()
            .genericKubernetesResources(SNAPSHOTS, "VolumeSnapshot")
            .inNamespace(cluster.namespace())
            .withName(snapshot)
            .require();
    return found.get("status") instanceof Map<?, ?> status ? status : Map.of();
  }

  /** The names of the VolumeSnapshotContents of this namespace's snapshots. */
  List<String> snapshotContents() {
    return contents()
        .filter(found ->
            cluster.namespace().equals(found.get("spec", "volumeSnapshotRef", "namespace")))
        .map(found -> found.getMetadata().getName())
        .toList();
  }

  private Stream<GenericKubernetesResource> contents() {
    return cluster
        .client()
        .genericKubernetesResources(SNAPSHOTS, "VolumeSnapshotContent")
        .list()
        .getItems()
        .stream();
  }

  /** The disks and snapshots that objects of the whole cluster have. */
  Set<String> handles() {
    Stream<String> disks =
        cluster.client().persistentVolumes().list().getItems().stream()
            .flatMap(volume -> Stream.ofNullable(volume.getSpec().getCsi()))
            .map(CSIPersistentVolumeSource::getVolumeHandle);
    Stream<String> snapshots =
        contents().map(found -> String.valueOf(found.<Object>get("status", "snapshotHandle")));
    return Stream.concat(disks, snapshots).collect(Collectors.toSet());
  }
}
