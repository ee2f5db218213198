package cn.ucloud.csi.udisk.controller.kube.adapter;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.kube.client.Informer;
import cn.ucloud.csi.udisk.controller.kube.client.KubernetesClients;
import cn.ucloud.csi.udisk.controller.kube.record.VolumeRecord;
import cn.ucloud.csi.udisk.controller.label.LabelledVolumes;
import cn.ucloud.csi.udisk.controller.label.LabelledVolumesContract;
import cn.ucloud.csi.udisk.testing.kube.BareObjects;
import cn.ucloud.csi.udisk.testing.kube.FakeApiServer;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real adapter, before an API server that keeps JSON. */
class KubernetesLabelledVolumesContractTest extends LabelledVolumesContract {
  private final FakeApiServer api = new FakeApiServer();
  private final Map<String, PersistentVolumeClaim> claims = new HashMap<>();
  private KubernetesClient client;
  private Informer<VolumeRecord> informer;
  private KubernetesLabelledVolumes volumes;

  @BeforeEach
  void connect(@TempDir Path directory) throws IOException {
    client =
        KubernetesClients.connect(
            Optional.of(FakeApiServer.kubeconfig(directory, api.port())), Duration.ofSeconds(20));
    informer = VolumeRecord.watch(client);
    volumes = new KubernetesLabelledVolumes(client, informer);
  }

  @AfterEach
  void close() {
    informer.close();
    client.close();
    api.close();
  }

  @Override
  protected LabelledVolumes volumes() {
    return volumes;
  }

  @Override
  protected void volume(String name, VolumeId disk, Optional<String> template) {
    api.put(
        new PersistentVolumeBuilder()
            .withNewMetadata()
            .withName(name)
            .endMetadata()
            .withNewSpec()
            .withNewCsi()
            .withDriver("udisk.csi.ucloud.cn")
            .withVolumeHandle(disk.value())
            .withVolumeAttributes(
                template.map(text -> Map.of("type", "ssd", "labels", text)).orElse(null))
            .endCsi()
            .endSpec()
            .build());
  }

  @Override
  protected void claim(String volume, String namespace, String name, Map<String, String> labels) {
    PersistentVolumeClaim claim =
        api.client()
            .resource(
                new PersistentVolumeClaimBuilder()
                    .withNewMetadata()
                    .withNamespace(namespace)
                    .withName(name)
                    .withLabels(labels)
                    .endMetadata()
                    .withNewSpec()
                    .withVolumeName(volume)
                    .endSpec()
                    .withNewStatus()
                    .withPhase("Bound")
                    .endStatus()
                    .build())
            .create();
    claims.put(volume, claim);
    refer(volume, claim.getMetadata().getUid());
  }

  private void refer(String name, String uid) {
    PersistentVolume volume = api.client().persistentVolumes().withName(name).get();
    PersistentVolumeClaim claim = requireNonNull(claims.get(name));
    volume
        .getSpec()
        .setClaimRef(
            new ObjectReferenceBuilder()
                .withNamespace(claim.getMetadata().getNamespace())
                .withName(claim.getMetadata().getName())
                .withUid(uid)
                .build());
    var _ = api.client().resource(volume).update();
  }

  @Override
  protected void namespace(String name, Map<String, String> labels) {
    api.put(
        new NamespaceBuilder()
            .withNewMetadata()
            .withName(name)
            .withLabels(labels)
            .endMetadata()
            .build());
  }

  @Override
  protected void deleteVolume(String name) {
    var _ = api.client().persistentVolumes().withName(name).delete();
  }

  @Override
  protected void deleteClaim(String volume) {
    var _ = api.client().resource(claims.get(volume)).delete();
  }

  @Override
  protected void know() {
    informer.start().join();
  }

  @Override
  protected void away() {
    api.refuse("/api/v1/persistentvolumes/pvc-1");
    api.refuse("/api/v1/persistentvolumeclaims");
  }

  @Test
  void aClaimThatOnlyNamesAVolumeDoesNotHaveIt() {
    volume("pvc-1", new VolumeId("bsm-1"), Optional.empty());
    claim("pvc-1", "shop", "data-0", Map.of("team", "db"));
    PersistentVolumeClaim claim = requireNonNull(claims.get("pvc-1"));
    claim.getStatus().setPhase("Pending");
    var _ = api.client().resource(claim).update();
    volumes.forEachClaim(
        false, (volume, facts) -> assertThat(volume).as("bound to %s", facts).isNull());
    refer("pvc-1", "another-uid");
    assertThat(volumes.findClaim("pvc-1", false)).isEmpty();
  }

  @Test
  void objectsThatLackEverythingAreNoReasonToFail() {
    BareObjects.putInto(api);
    know();
    volumes.forEachClaim(true, (volume, facts) -> assertThat(volume).isNotBlank());
    assertThat(volumes.all()).isNotNull();
  }
}
