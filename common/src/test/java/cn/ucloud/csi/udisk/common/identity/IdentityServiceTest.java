package cn.ucloud.csi.udisk.common.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import csi.v1.GetPluginCapabilitiesRequest;
import csi.v1.GetPluginInfoRequest;
import csi.v1.GetPluginInfoResponse;
import csi.v1.PluginCapability.Service;
import csi.v1.PluginCapability.VolumeExpansion;
import csi.v1.ProbeRequest;
import csi.v1.ProbeResponse;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

class IdentityServiceTest {
  private final Readiness readiness = new Readiness();
  private final IdentityService service = new IdentityService(BuildVersion.read(), readiness);

  @Test
  void saysWhoItIs() {
    GetPluginInfoResponse answer =
        ask(service::getPluginInfo, GetPluginInfoRequest.getDefaultInstance());
    assertThat(answer.getName()).isEqualTo("udisk.csi.ucloud.cn");
    assertThat(answer.getVendorVersion()).matches("\\d+\\.\\d+\\.\\d+.*");
  }

  @Test
  void speaksForTheWholePluginWhicheverProcessItIs() {
    assertThat(
            ask(service::getPluginCapabilities, GetPluginCapabilitiesRequest.getDefaultInstance())
                .getCapabilitiesList())
        .extracting(
            capability -> capability.getService().getType(),
            capability -> capability.getVolumeExpansion().getType())
        .containsExactlyInAnyOrder(
            tuple(Service.Type.CONTROLLER_SERVICE, VolumeExpansion.Type.UNKNOWN),
            tuple(Service.Type.VOLUME_ACCESSIBILITY_CONSTRAINTS, VolumeExpansion.Type.UNKNOWN),
            tuple(Service.Type.UNKNOWN, VolumeExpansion.Type.ONLINE));
  }

  @Test
  void isNotReadyUntilSomebodySaysSo() {
    assertThat(probe().hasReady()).isTrue();
    assertThat(probe().getReady().getValue()).isFalse();
    assertThat(readiness.findObstacle()).contains("starting");

    readiness.ready();
    assertThat(probe().getReady().getValue()).isTrue();
    assertThat(readiness.findObstacle()).isEmpty();

    readiness.notReady("stopping");
    assertThat(probe().getReady().getValue()).isFalse();
    assertThat(readiness.now().isInOrder()).isFalse();
  }

  @Test
  void aStandbyIsNotReadyButInOrder() {
    readiness.standingBy("the lease is held elsewhere");
    assertThat(probe().getReady().getValue()).isFalse();
    assertThat(readiness.now().isInOrder()).isTrue();
    assertThat(readiness.findObstacle()).contains("the lease is held elsewhere");
  }

  private ProbeResponse probe() {
    return ask(service::probe, ProbeRequest.getDefaultInstance());
  }

  private static <Q, A> A ask(BiConsumer<Q, StreamObserver<A>> method, Q request) {
    List<A> answers = new ArrayList<>();
    method.accept(
        request,
        new StreamObserver<>() {
          @Override
          public void onNext(A answer) {
            answers.add(answer);
          }

          @Override
          public void onError(Throwable failure) {
            throw new AssertionError(failure);
          }

          @Override
          public void onCompleted() {}
        });
    assertThat(answers).hasSize(1);
    return answers.getFirst();
  }
}
