package cn.ucloud.csi.udisk.controller;

import cn.ucloud.csi.udisk.common.concurrent.Kind;
import cn.ucloud.csi.udisk.common.concurrent.Operations;
import cn.ucloud.csi.udisk.common.concurrent.Pause;
import cn.ucloud.csi.udisk.common.concurrent.Permission;
import cn.ucloud.csi.udisk.common.concurrent.Spent;
import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.grpc.GrpcCaller;
import cn.ucloud.csi.udisk.common.identity.BuildVersion;
import cn.ucloud.csi.udisk.common.identity.IdentityService;
import cn.ucloud.csi.udisk.common.metrics.OperationMetrics;
import cn.ucloud.csi.udisk.common.model.Topology;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.process.ProcessScope;
import cn.ucloud.csi.udisk.common.process.ServerProcess;
import cn.ucloud.csi.udisk.common.ucloud.CredentialsSource;
import cn.ucloud.csi.udisk.common.ucloud.Pace;
import cn.ucloud.csi.udisk.common.ucloud.UCloudClient;
import cn.ucloud.csi.udisk.controller.audit.Reconciler;
import cn.ucloud.csi.udisk.controller.kube.Cluster;
import cn.ucloud.csi.udisk.controller.kube.EventCounts;
import cn.ucloud.csi.udisk.controller.volume.ClusterView;
import cn.ucloud.csi.udisk.controller.volume.Storage;
import cn.ucloud.csi.udisk.controller.volume.Timing;
import cn.ucloud.csi.udisk.controller.volume.Volumes;
import io.grpc.BindableService;
import io.prometheus.metrics.instrumentation.jvm.JvmGarbageCollectorMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmThreadsMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The process beside provisioner and attacher. */
public final class ControllerMain {
  /** Longer than anything an operation waits for by itself. */
  private static final Duration OPERATION_LIMIT = Duration.ofMinutes(10);

  private static final Set<Kind> KINDS =
      EnumSet.of(Kind.CREATE, Kind.DELETE, Kind.ATTACH, Kind.DETACH, Kind.EXPAND);

  private static final Set<Spent.Part> MEASURED =
      EnumSet.of(Spent.Part.QUEUE, Spent.Part.PACE, Spent.Part.CLOUD, Spent.Part.WAIT);

  private ControllerMain() {}

  /** Runs the controller until SIGTERM; exit codes as {@link ServerProcess#runAndExit}. */
  public static void main(String[] args) {
    Map<String, String> environment = System.getenv();
    new ServerProcess<>(
            "udisk-csi-controller", new ControllerOptions(environment), ControllerMain::wire)
        .runAndExit(args, environment);
  }

  private static List<BindableService> wire(ControllerConfig config, ProcessScope scope) {
    PrometheusRegistry registry = scope.metrics().registry();
    JvmMemoryMetrics.builder().register(registry);
    JvmGarbageCollectorMetrics.builder().register(registry);
    JvmThreadsMetrics.builder().register(registry);
    Optional<Cluster> cluster = config.cluster().map(Cluster::of);
    Permission permission = cluster.map(Cluster::permission).orElseGet(Permission::always);
    Pace pace = new Pace(Pause.real());
    Operations operations =
        new Operations(
            OPERATION_LIMIT,
            GrpcCaller::new,
            permission,
            new OperationMetrics(registry, KINDS, MEASURED));
    UCloudClient client =
        new UCloudClient(
            config.cloud(),
            config.credentials(),
            pace,
            new CloudCallMetrics(registry, pace),
            operations.departures());
    Storage storage =
        Storage.of(
            client,
            cluster.map(Cluster::view).orElseGet(ClusterView::none),
            Timing.withSettle(config.createSettle()),
            config.deletionRule());
    ControllerGauges.register(registry, storage.volumes(), permission);
    Optional<Reconciler> reconciler =
        cluster.map(joined -> scope.own(reconciler(config, joined, storage)));
    WatchMetrics.register(
        registry,
        () -> reconciler.map(Reconciler::report),
        () -> cluster.map(Cluster::eventCounts).orElse(EventCounts.NONE));
    scope.expect(() -> findProblem(config.credentials()));
    cluster.ifPresentOrElse(
        joined ->
            scope
                .own(joined)
                .join(
                    scope.readiness(),
                    disk -> topology(config, storage.volumes(), disk),
                    () -> {
                      storage.volumes().begin();
                      reconciler.ifPresent(Reconciler::start);
                    },
                    scope::halt),
        scope.readiness()::ready);
    return List.of(
        new IdentityService(BuildVersion.read(), scope.readiness()),
        new ControllerService(config.cloud().region(), config.clusterId(), operations, storage));
  }

  private static Reconciler reconciler(ControllerConfig config, Cluster cluster, Storage storage) {
    return new Reconciler(
        new Reconciler.Cloud(storage.volumes()::listed, storage.snapshots()::all),
        cluster.records(),
        cluster.view().notices(),
        cluster.permission(),
        config.clusterId(),
        config.rhythm());
  }

  private static Optional<Topology> topology(
      ControllerConfig config, Volumes volumes, VolumeId disk) {
    return volumes
        .find(disk)
        .map(found -> new Topology(config.cloud().region(), found.volume().zone()));
  }

  private static Optional<String> findProblem(CredentialsSource credentials) {
    try {
      var _ = credentials.current();
      return Optional.empty();
    } catch (DriverException e) {
      return Optional.of(e.sentence());
    }
  }
}
