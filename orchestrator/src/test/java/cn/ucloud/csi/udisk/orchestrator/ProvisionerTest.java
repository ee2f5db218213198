package cn.ucloud.csi.udisk.orchestrator;

import static cn.ucloud.csi.udisk.orchestrator.OrchestratorFixture.GIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.orchestrator.call.CallFailed;
import cn.ucloud.csi.udisk.orchestrator.call.CallListener;
import cn.ucloud.csi.udisk.orchestrator.call.CallSettings;
import cn.ucloud.csi.udisk.orchestrator.call.Script;
import cn.ucloud.csi.udisk.orchestrator.call.Verdict;
import cn.ucloud.csi.udisk.orchestrator.object.Claim;
import cn.ucloud.csi.udisk.orchestrator.object.NodeRegistration;
import cn.ucloud.csi.udisk.orchestrator.object.PersistentVolume;
import cn.ucloud.csi.udisk.orchestrator.object.Provisioning;
import cn.ucloud.csi.udisk.orchestrator.object.Topologies;
import csi.v1.CreateVolumeRequest;
import csi.v1.CreateVolumeResponse;
import csi.v1.DeleteVolumeRequest;
import csi.v1.Topology;
import csi.v1.TopologyRequirement;
import csi.v1.Volume;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProvisionerTest {
  @TempDir Path directory;
  OrchestratorFixture fixture;
  Script script;

  @BeforeEach
  void start() throws IOException {
    fixture = new OrchestratorFixture(directory);
    script = fixture.driver.script();
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  @Test
  void requestIsTheSidecars() {
    Claim claim = fixture.claim();
    fixture.cluster.putNode(new NodeRegistration("node-2", "uhost-2", Map.of("zone", "z2"), 0));

    fixture.provisioner.provision(claim);

    CreateVolumeRequest request = script.received(CreateVolumeRequest.class).getFirst();
    assertThat(request.getName()).isEqualTo("pvc-" + claim.uid());
    assertThat(request.getCapacityRange().getRequiredBytes()).isEqualTo(10 * GIB);
    assertThat(request.getCapacityRange().getLimitBytes()).isZero();
    assertThat(request.getParametersMap())
        .containsEntry("type", "ssd")
        .containsEntry("fsType", "ext4")
        .containsEntry("csi.storage.k8s.io/pvc/name", "data")
        .containsEntry("csi.storage.k8s.io/pvc/namespace", "default")
        .containsEntry("csi.storage.k8s.io/pv/name", request.getName());
    assertThat(request.getVolumeCapabilities(0).getMount().getFsType()).isEqualTo("ext4");
    assertThat(request.getAccessibilityRequirements().getPreferredList())
        .containsExactly(place("z1"), place("z2"));
  }

  @Test
  void nodesWithoutAKeyOfTheSelectedOneAreNoPlaces() {
    NodeRegistration fast = new NodeRegistration("b", "b", Map.of("zone", "z1", "rssd", "true"), 0);
    NodeRegistration slow = new NodeRegistration("a", "a", Map.of("zone", "z1"), 0);

    assertThat(Topologies.requirement(fast, List.of(slow, fast)).getRequisiteCount()).isEqualTo(1);
    assertThat(Topologies.requirement(slow, List.of(slow, fast)).getRequisiteList())
        .containsExactly(place("z1"));
  }

  @Test
  void theSelectedNodesPlaceIsFirstAndTheOthersFollowInTheirOrder() {
    List<NodeRegistration> nodes =
        Stream.of("z3", "z1", "z2")
            .map(zone -> new NodeRegistration(zone, zone, Map.of("zone", zone), 0))
            .toList();

    TopologyRequirement requirement = Topologies.requirement(nodes.get(2), nodes);
    assertThat(requirement.getRequisiteList())
        .containsExactly(place("z1"), place("z2"), place("z3"));
    assertThat(requirement.getPreferredList())
        .containsExactly(place("z2"), place("z3"), place("z1"));
    assertThat(Topologies.requirement("data-0", nodes).getPreferredList())
        .as("for no pod")
        .containsExactlyInAnyOrder(place("z1"), place("z2"), place("z3"));
  }

  @Test
  void uncertainAndFinalErrorsAreRepeatedUnderTheSameName() {
    script.refuse(CreateVolumeRequest.class, Code.ABORTED, Code.UNAVAILABLE, Code.INTERNAL);

    PersistentVolume volume = fixture.volume();

    assertThat(script.received(CreateVolumeRequest.class))
        .hasSize(4)
        .allMatch(request -> request.getName().equals(volume.name()));
    assertThat(fixture.listener.verdictsOf("CreateVolume"))
        .containsExactly(Verdict.UNCERTAIN, Verdict.UNCERTAIN, Verdict.FINAL, Verdict.OK);
    assertThat(volume.isAccessibleFrom(fixture.cluster.findNode("node-1").orElseThrow())).isTrue();
  }

  @Test
  void exhaustedResourcesAskTheSchedulerForAnotherNode() {
    script.refuse(CreateVolumeRequest.class, Code.RESOURCE_EXHAUSTED);

    assertThat(fixture.provisioner.provision(fixture.claim()))
        .isInstanceOf(Provisioning.Reschedule.class);
  }

  @Test
  void exhaustedResourcesAreRepeatedForAClaimWithoutNode() {
    script.refuse(CreateVolumeRequest.class, Code.RESOURCE_EXHAUSTED);
    Claim claim = fixture.claim();
    Claim anywhere =
        new Claim(
            claim.uid(),
            claim.namespace(),
            claim.name(),
            claim.capacityBytes(),
            claim.storageClass(),
            Optional.empty());

    assertThat(fixture.provisioner.provision(anywhere)).isInstanceOf(Provisioning.Bound.class);
  }

  @Test
  void volumeOfAClaimThatIsGoneIsFinishedAndDeleted() {
    script.refuse(CreateVolumeRequest.class, Code.ABORTED);
    Claim claim = fixture.claim();
    fixture.cluster.deleteClaim(claim);

    assertThat(fixture.provisioner.provision(claim)).isInstanceOf(Provisioning.Removed.class);
    assertThat(script.received(DeleteVolumeRequest.class)).hasSize(1);
  }

  @Test
  void finalErrorForAClaimThatIsGoneLeavesADiskToItself() {
    script.refuse(CreateVolumeRequest.class, Code.ABORTED, Code.INTERNAL);
    Claim claim = fixture.claim();
    fixture.cluster.deleteClaim(claim);

    assertThat(fixture.provisioner.provision(claim)).isInstanceOf(Provisioning.Abandoned.class);
    assertThat(script.received(CreateVolumeRequest.class)).hasSize(2);
    assertThat(script.received(DeleteVolumeRequest.class)).isEmpty();
  }

  @Test
  void volumeBelowTheAskedSizeIsDeleted() {
    script.answer(
        CreateVolumeRequest.class,
        CreateVolumeResponse.newBuilder()
            .setVolume(Volume.newBuilder().setVolumeId("bs-small").setCapacityBytes(GIB))
            .build());
    CallSettings once = CallSettings.provisioner().withPatience(Duration.ofMillis(1));
    Provisioner provisioner =
        new Provisioner(
            fixture.cluster,
            ControllerPlugin.await(
                fixture.driver.socket(), Duration.ofSeconds(5), CallListener.NONE),
            once,
            CallListener.NONE);

    assertThatThrownBy(() -> provisioner.provision(fixture.claim()))
        .isInstanceOf(CallFailed.class)
        .hasMessageContaining("asked for");
    assertThat(script.received(DeleteVolumeRequest.class).getFirst().getVolumeId())
        .isEqualTo("bs-small");
  }

  @Test
  void deleteIsRepeatedAfterEveryError() {
    script.refuse(DeleteVolumeRequest.class, Code.INTERNAL, Code.FAILED_PRECONDITION);

    fixture.provisioner.delete(fixture.volume());

    assertThat(script.received(DeleteVolumeRequest.class)).hasSize(3);
  }

  @Test
  void attachedVolumeIsNotDeleted() {
    PersistentVolume volume = fixture.volume();
    fixture.attacher.attach(volume, "node-1");

    assertThatThrownBy(() -> fixture.provisioner.delete(volume))
        .isInstanceOf(IllegalStateException.class);
    assertThat(script.received(DeleteVolumeRequest.class)).isEmpty();
  }

  private static Topology place(String zone) {
    return Topology.newBuilder().putSegments("zone", zone).build();
  }
}
