package cn.ucloud.csi.udisk.common.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.testing.Patience;
import csi.v1.GetPluginCapabilitiesRequest;
import csi.v1.GetPluginInfoRequest;
import csi.v1.GetPluginInfoResponse;
import csi.v1.PluginCapability.Service;
import csi.v1.PluginCapability.VolumeExpansion;
import csi.v1.ProbeRequest;
import csi.v1.ProbeResponse;
import io.grpc.Context;
import io.grpc.Context.CancellableContext;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IdentityServiceTest {
  private final ScheduledExecutorService deadlines = Executors.newScheduledThreadPool(1);
  private final Readiness readiness = new Readiness();
  private final IdentityService service = new IdentityService(BuildVersion.read(), readiness);

  @AfterEach
  void stop() {
    deadlines.shutdownNow();
  }

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
    ProbeResponse early = probeBriefly();
    assertThat(early.hasReady()).isTrue();
    assertThat(early.getReady().getValue()).isFalse();
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
    assertThat(probeBriefly().getReady().getValue()).isFalse();
    assertThat(readiness.now().isInOrder()).isTrue();
    assertThat(readiness.findObstacle()).contains("the lease is held elsewhere");
  }

  /** Else every sidecar beside a standby asks each second, and logs it. */
  @Test
  void aStandbysProbeIsAnsweredAtOnceWhenItMayAct() throws Exception {
    readiness.standingBy("the lease is held elsewhere");
    Future<Boolean> answer = waiting();
    readiness.ready();
    assertThat(answer.get(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aProbeDoesNotKeepAProcessFromStopping() throws Exception {
    readiness.standingBy("the lease is held elsewhere");
    Future<Boolean> answer = waiting();
    readiness.notReady("stopping");
    assertThat(answer.get(Patience.SECONDS, TimeUnit.SECONDS)).isFalse();
  }

  /** A probe of a caller with much time, which has begun to wait. */
  private Future<Boolean> waiting() {
    FutureTask<Boolean> answer = new FutureTask<>(() -> probe().getReady().getValue());
    Thread caller = Thread.ofPlatform().daemon().start(answer);
    await().until(() -> answer.isDone() || caller.getState() == Thread.State.TIMED_WAITING);
    return answer;
  }

  /** As who allows no more than a moment. */
  private ProbeResponse probeBriefly() {
    CancellableContext caller =
        Context.current().withDeadlineAfter(20, TimeUnit.MILLISECONDS, deadlines);
    try {
      return caller.call(this::probe);
    } catch (Exception e) {
      throw new AssertionError(e);
    } finally {
      caller.close();
    }
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
