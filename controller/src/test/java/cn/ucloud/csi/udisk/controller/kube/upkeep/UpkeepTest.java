package cn.ucloud.csi.udisk.controller.kube.upkeep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.common.concurrent.Permission;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.Topology;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.kube.client.Informer;
import cn.ucloud.csi.udisk.controller.kube.fixture.Warnings;
import cn.ucloud.csi.udisk.controller.kube.record.CsiNodeRecord;
import cn.ucloud.csi.udisk.controller.kube.record.NodeRecord;
import cn.ucloud.csi.udisk.controller.kube.record.VolumeRecord;
import cn.ucloud.csi.udisk.testing.kube.FakeApiServer;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeStatusBuilder;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.VolumeNodeAffinity;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Startup taints and hand-made persistent volumes (known failures D4.26, D4.27). */
class UpkeepTest {
  private static final String OTHERS = "node.kubernetes.io/unschedulable";

  private final FakeApiServer api = new FakeApiServer();
  private final RetryingTasks chores =
      new RetryingTasks(Permission.always(), Duration.ofMillis(50));
  private final Map<String, Topology> disks = new ConcurrentHashMap<>();
  private final AtomicInteger failures = new AtomicInteger();
  private final AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});
  private Informer<NodeRecord> nodes;
  private Informer<CsiNodeRecord> csiNodes;
  private Informer<VolumeRecord> volumes;

  @BeforeEach
  void start() {
    nodes = NodeRecord.watch(api.client());
    csiNodes = CsiNodeRecord.watch(api.client());
    volumes = VolumeRecord.watch(api.client());
    StartupTaint.watch(api.client(), nodes, csiNodes, chores);
    StaticVolumeAffinity.watch(api.client(), volumes, this::find, chores);
    // As the cluster does it: nothing is put right before all is known.
    CompletableFuture.allOf(nodes.start(), csiNodes.start(), volumes.start()).join();
    chores.begin();
  }

  private Optional<Topology> find(VolumeId disk) {
    meanwhile.getAndSet(() -> {}).run();
    if (failures.getAndDecrement() > 0) {
      throw new Unavailable("the cloud cannot be reached");
    }
    return Optional.ofNullable(disks.get(disk.value()));
  }

  @AfterEach
  void close() {
    chores.close();
    List.of(nodes, csiNodes, volumes).forEach(Informer::close);
    api.close();
  }

  @Test
  void theTaintGoesWhenTheDriverIsRegisteredAndNoOtherTaintDoes() {
    putNode("a", NodeRecord.STARTUP_TAINT, OTHERS);
    putNode("b", NodeRecord.STARTUP_TAINT);
    api.register("b", "other.csi.example.com", "uhost-b");
    api.register("a", "udisk.csi.ucloud.cn", "uhost-a");
    await().until(() -> taints("a").equals(List.of(OTHERS)));
    assertThat(taints("b")).as("not registered there").containsExactly(NodeRecord.STARTUP_TAINT);
    api.client().storage().v1().csiNodes().withName("b").delete();
    api.register("b", "udisk.csi.ucloud.cn", "uhost-b");
    await().until(() -> taints("b").isEmpty());
  }

  @Test
  void aTaintThatComesAfterTheRegistrationGoesToo() {
    api.register("a", "udisk.csi.ucloud.cn", "uhost-a");
    putNode("a", NodeRecord.STARTUP_TAINT);
    await().until(() -> taints("a").isEmpty());
  }

  @Test
  void aHandMadeVolumeWithoutAffinityGetsRegionAndZoneOfItsDisk() {
    disks.put("bsm-1", new Topology("cn-bj2", "cn-bj2-02"));
    failures.set(2); // as long as the cloud does not answer, it is tried again
    putVolume("pv-1", "udisk.csi.ucloud.cn", "bsm-1", Optional.empty());
    await().until(() -> affinity("pv-1").isPresent());
    assertThat(requirements("pv-1"))
        .extracting(NodeSelectorRequirement::getKey, NodeSelectorRequirement::getValues)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                "topology.udisk.csi.ucloud.cn/region", List.of("cn-bj2")),
            org.assertj.core.groups.Tuple.tuple(
                "topology.udisk.csi.ucloud.cn/zone", List.of("cn-bj2-02")));
  }

  /** As the controller manager does, which writes a status as soon as there is a volume. */
  @Test
  void aHandMadeVolumeThatChangesMeanwhileGetsItsPlaceOnceAndNobodyIsWarned() {
    disks.put("bsm-1", new Topology("cn-bj2", "cn-bj2-02"));
    AtomicInteger seen = new AtomicInteger();
    volumes.tell(_ -> seen.incrementAndGet());
    meanwhile.set(() -> {
      PersistentVolume volume = api.client().persistentVolumes().withName("pv-1").get();
      volume.setStatus(new PersistentVolumeStatusBuilder().withPhase("Available").build());
      var _ = api.client().resource(volume).update();
      await().until(() -> seen.get() >= 2);
    });
    try (Warnings warnings = new Warnings(RetryingTasks.class)) {
      putVolume("pv-1", "udisk.csi.ucloud.cn", "bsm-1", Optional.empty());
      await().until(() -> affinity("pv-1").isPresent());
      await().until(() -> seen.get() >= 3 && chores.areDone());
      assertThat(warnings.texts()).isEmpty();
    }
    assertThat(api.asked()).filteredOn(it -> it.startsWith("PATCH")).hasSize(1);
  }

  @Test
  void othersVolumesVolumesWithAffinityAndThoseOfNoDiskAreLeftAlone() {
    disks.put("bsm-1", new Topology("cn-bj2", "cn-bj2-02"));
    disks.put("bsm-last", new Topology("cn-bj2", "cn-bj2-02"));
    putVolume("others", "other.csi.example.com", "bsm-1", Optional.empty());
    putVolume("placed", "udisk.csi.ucloud.cn", "bsm-1", Optional.of("cn-bj2-05"));
    putVolume("no-disk", "udisk.csi.ucloud.cn", "bsm-2", Optional.empty());
    putVolume("last", "udisk.csi.ucloud.cn", "bsm-last", Optional.empty());
    await().until(() -> affinity("last").isPresent());
    assertThat(affinity("others")).isEmpty();
    assertThat(affinity("no-disk")).isEmpty();
    assertThat(requirements("placed"))
        .singleElement()
        .extracting(NodeSelectorRequirement::getValues)
        .isEqualTo(List.of("cn-bj2-05"));
  }

  private void putNode(String name, String... taints) {
    var _ =
        api.client()
            .resource(
                new NodeBuilder()
                    .withNewMetadata()
                    .withName(name)
                    .endMetadata()
                    .withNewSpec()
                    .withTaints(
                        List.of(taints).stream()
                            .map(key -> new Taint("NoSchedule", key, null, null))
                            .toList())
                    .endSpec()
                    .build())
            .create();
  }

  private void putVolume(String name, String driver, String disk, Optional<String> zone) {
    PersistentVolumeBuilder volume =
        new PersistentVolumeBuilder()
            .withNewMetadata()
            .withName(name)
            .endMetadata()
            .withNewSpec()
            .withNewCsi()
            .withDriver(driver)
            .withVolumeHandle(disk)
            .endCsi()
            .endSpec();
    zone.ifPresent(value ->
        volume
            .editSpec()
            .withNewNodeAffinity()
            .withNewRequired()
            .addNewNodeSelectorTerm()
            .addNewMatchExpression()
            .withKey("zone")
            .withOperator("In")
            .withValues(value)
            .endMatchExpression()
            .endNodeSelectorTerm()
            .endRequired()
            .endNodeAffinity()
            .endSpec());
    var _ = api.client().resource(volume.build()).create();
  }

  private List<String> taints(String node) {
    return api.client().nodes().withName(node).get().getSpec().getTaints().stream()
        .map(Taint::getKey)
        .toList();
  }

  private Optional<VolumeNodeAffinity> affinity(String volume) {
    return Optional.ofNullable(
        api.client().persistentVolumes().withName(volume).get().getSpec().getNodeAffinity());
  }

  private List<NodeSelectorRequirement> requirements(String volume) {
    return affinity(volume)
        .orElseThrow()
        .getRequired()
        .getNodeSelectorTerms()
        .getFirst()
        .getMatchExpressions();
  }
}
