package cn.ucloud.csi.udisk.it.soak;

import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.orchestrator.Attacher;
import cn.ucloud.csi.udisk.orchestrator.ControllerPlugin;
import cn.ucloud.csi.udisk.orchestrator.Provisioner;
import cn.ucloud.csi.udisk.orchestrator.call.CallFailed;
import cn.ucloud.csi.udisk.orchestrator.call.CallListener;
import cn.ucloud.csi.udisk.orchestrator.call.CallSettings;
import cn.ucloud.csi.udisk.orchestrator.object.Claim;
import cn.ucloud.csi.udisk.orchestrator.object.Cluster;
import cn.ucloud.csi.udisk.orchestrator.object.PersistentVolume;
import cn.ucloud.csi.udisk.orchestrator.object.Provisioning;
import cn.ucloud.csi.udisk.orchestrator.object.VolumeAttachment;
import csi.v1.ControllerGrpc;
import csi.v1.ControllerGrpc.ControllerBlockingStub;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;

/** The sidecars of whichever controller acts: where it ends they end, and the other's go on. */
final class Sidecars {
  private static final Duration TIMEOUT = Duration.ofSeconds(15);

  private static final CallSettings EAGER =
      CallSettings.attacher()
          .withTimeout(TIMEOUT)
          .withRetries(Duration.ofMillis(100), Duration.ofSeconds(1))
          .withPatience(Duration.ofSeconds(5));

  private final Cluster cluster;
  private final Controllers controllers;

  Sidecars(Cluster cluster, Controllers controllers) {
    this.cluster = cluster;
    this.controllers = controllers;
  }

  PersistentVolume provision(Claim claim) {
    return besideTheActing(acting ->
        new Provisioner(cluster, acting, EAGER, CallListener.NONE).provision(claim)
                instanceof Provisioning.Bound(PersistentVolume volume)
            ? Optional.of(volume)
            : Optional.empty());
  }

  void delete(PersistentVolume volume) {
    boolean _ =
        besideTheActing(acting -> {
          new Provisioner(cluster, acting, EAGER, CallListener.NONE).delete(volume);
          return Optional.of(true);
        });
  }

  VolumeAttachment attach(PersistentVolume volume, String node) {
    return besideTheActing(acting ->
        Optional.of(new Attacher(cluster, acting, EAGER, CallListener.NONE).attach(volume, node)));
  }

  void detach(VolumeAttachment attachment) {
    boolean _ =
        besideTheActing(acting -> {
          new Attacher(cluster, acting, EAGER, CallListener.NONE).detach(attachment);
          return Optional.of(true);
        });
  }

  /** What the others ask for. */
  <T> T call(Function<ControllerBlockingStub, T> rpc) {
    return besideTheActing(
        acting -> Optional.of(acting.socket().call(ControllerGrpc::newBlockingStub, TIMEOUT, rpc)));
  }

  private <T> T besideTheActing(Function<ControllerPlugin, Optional<T>> work) {
    return persist(() -> controllers.findActing().flatMap(work));
  }

  /** Calls again after every error, as sidecars and kubelet do. */
  static <T> T persist(Callable<Optional<T>> work) {
    return await()
        .pollInSameThread()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptionsMatching(
            e -> e instanceof CallFailed || e instanceof StatusRuntimeException)
        .until(work, Optional::isPresent)
        .orElseThrow();
  }
}
