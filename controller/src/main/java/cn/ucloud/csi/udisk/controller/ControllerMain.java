package cn.ucloud.csi.udisk.controller;

import cn.ucloud.csi.udisk.common.concurrent.OperationKind;
import cn.ucloud.csi.udisk.common.concurrent.Operations;
import cn.ucloud.csi.udisk.common.concurrent.Permission;
import cn.ucloud.csi.udisk.common.concurrent.TimeSource;
import cn.ucloud.csi.udisk.common.concurrent.TimeSpent;
import cn.ucloud.csi.udisk.common.concurrent.Waits;
import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.grpc.GrpcCaller;
import cn.ucloud.csi.udisk.common.identity.BuildVersion;
import cn.ucloud.csi.udisk.common.identity.IdentityService;
import cn.ucloud.csi.udisk.common.metrics.OperationMetrics;
import cn.ucloud.csi.udisk.common.model.Topology;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.process.ProcessScope;
import cn.ucloud.csi.udisk.common.process.ServerProcess;
import cn.ucloud.csi.udisk.common.ucloud.ApiRateLimits;
import cn.ucloud.csi.udisk.common.ucloud.UCloudClient;
import cn.ucloud.csi.udisk.common.ucloud.credentials.CredentialsSource;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.controller.audit.Endangered;
import cn.ucloud.csi.udisk.controller.audit.PeriodicAudit;
import cn.ucloud.csi.udisk.controller.change.RequestJournal;
import cn.ucloud.csi.udisk.controller.change.SendOnce;
import cn.ucloud.csi.udisk.controller.change.UnansweredRequests;
import cn.ucloud.csi.udisk.controller.cloud.ApiCalls;
import cn.ucloud.csi.udisk.controller.cloud.UCloudDiskApi;
import cn.ucloud.csi.udisk.controller.cloud.UCloudLabelApi;
import cn.ucloud.csi.udisk.controller.cluster.ClusterView;
import cn.ucloud.csi.udisk.controller.health.VolumeHealth;
import cn.ucloud.csi.udisk.controller.journal.PodJournal;
import cn.ucloud.csi.udisk.controller.kube.KubernetesCluster;
import cn.ucloud.csi.udisk.controller.kube.adapter.EventCounts;
import cn.ucloud.csi.udisk.controller.label.LabelUpkeep;
import cn.ucloud.csi.udisk.controller.listing.VolumeQueries;
import cn.ucloud.csi.udisk.controller.model.DiskName;
import cn.ucloud.csi.udisk.controller.polling.Timing;
import cn.ucloud.csi.udisk.controller.recovery.NodeMarks;
import cn.ucloud.csi.udisk.controller.recovery.StoppedHosts;
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

  /** Short beside what a request takes to settle. */
  private static final Duration SWEEP_INTERVAL = Duration.ofSeconds(5);

  private static final Set<OperationKind> KINDS =
      EnumSet.of(
          OperationKind.CREATE,
          OperationKind.DELETE,
          OperationKind.ATTACH,
          OperationKind.DETACH,
          OperationKind.EXPAND);

  private static final Set<TimeSpent.Part> MEASURED =
      EnumSet.of(
          TimeSpent.Part.QUEUE, TimeSpent.Part.PACE, TimeSpent.Part.CLOUD, TimeSpent.Part.WAIT);

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
    Optional<KubernetesCluster> cluster = config.cluster().map(KubernetesCluster::of);
    // Before the lease is asked for: without the lock no process of this pod is known to be dead.
    Optional<PodJournal> journal = cluster.map(_ -> scope.own(PodJournal.beside(config.socket())));
    RequestJournal notes = journal.<RequestJournal>map(own -> own).orElse(RequestJournal.NONE);
    Permission permission =
        cluster.map(KubernetesCluster::permission).orElseGet(Permission::always);
    ApiRateLimits pace = new ApiRateLimits(TimeSource.real());
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
            SendOnce.noted(operations.permissionToSend(), notes));
    ClusterView view = cluster.map(KubernetesCluster::view).orElseGet(ClusterView::none);
    Storage storage =
        Storage.of(
            client, view, Timing.withSettle(config.createSettle()), config.deletionRule(), notes);
    ControllerGauges.register(registry, storage, permission);
    Optional<PeriodicAudit> audit =
        cluster.map(joined -> scope.own(audit(config, joined, storage, operations)));
    Optional<LabelUpkeep> labels =
        cluster.map(joined -> scope.own(labels(config, client, joined, storage)));
    LabelMetrics.register(
        registry, () -> labels.map(LabelUpkeep::report).orElse(LabelUpkeep.Report.NONE));
    Optional<StoppedHosts> stoppedHosts =
        cluster.flatMap(joined ->
            joined.nodeMarks().map(marks -> scope.own(stoppedHosts(client, joined, marks))));
    WatchMetrics.register(
        registry,
        () -> audit.map(PeriodicAudit::report),
        () -> stoppedHosts.map(StoppedHosts::report),
        () -> cluster.map(KubernetesCluster::eventCounts).orElse(EventCounts.NONE));
    scope.expect(() -> findProblem(config.credentials()));
    cluster.ifPresentOrElse(
        joined ->
            scope
                .own(joined)
                .join(
                    scope.readiness(),
                    disk -> topology(config, storage.volumes(), disk),
                    journal.orElseThrow(),
                    isFromFormer -> {
                      storage.begin();
                      journal.orElseThrow().begin(isFromFormer).ifPresent(storage::begin);
                      sweep(storage.unanswered());
                      audit.ifPresent(PeriodicAudit::start);
                      labels.ifPresent(LabelUpkeep::start);
                      stoppedHosts.ifPresent(StoppedHosts::start);
                    },
                    scope::halt),
        scope.readiness()::ready);
    return List.of(
        new IdentityService(BuildVersion.read(), scope.readiness()),
        new ControllerService(
            config.cloud().region(),
            config.clusterId(),
            operations,
            storage,
            new VolumeHealth(storage.volumes(), view.publishedNodes(), () -> unpaid(audit))));
  }

  /** What has settled is forgotten, so that the next process does not wait for it. */
  private static void sweep(UnansweredRequests requests) {
    Thread.ofVirtual()
        .name("settled requests")
        .start(() -> {
          while (true) {
            Waits.sleep(TimeSource.real(), SWEEP_INTERVAL);
            requests.sweep();
          }
        });
  }

  private static PeriodicAudit audit(
      ControllerConfig config, KubernetesCluster cluster, Storage storage, Operations operations) {
    return new PeriodicAudit(
        new PeriodicAudit.Cloud(
            storage.volumes()::listed,
            storage.snapshots()::all,
            storage.volumes()::billed,
            new SnapshotCalls(config.clusterId(), operations, storage)),
        cluster.records(),
        cluster.view().events(),
        cluster.permission(),
        config.clusterId(),
        config.rhythm());
  }

  private static LabelUpkeep labels(
      ControllerConfig config, UCloudClient client, KubernetesCluster cluster, Storage storage) {
    String mark = DiskName.mark(config.clusterId());
    return new LabelUpkeep(
        new UCloudLabelApi(new ApiCalls(client)),
        cluster.labelledVolumes(),
        () -> storage.snapshots().all().stream().filter(it -> it.name().endsWith(mark)).toList(),
        cluster.view().events(),
        cluster.permission(),
        config.extraLabels(),
        config.rhythm().interval(),
        TimeSource.real());
  }

  private static StoppedHosts stoppedHosts(
      UCloudClient client, KubernetesCluster cluster, NodeMarks marks) {
    return new StoppedHosts(
        new UCloudDiskApi(new ApiCalls(client)),
        marks,
        cluster.view().events(),
        cluster.permission());
  }

  private static List<UDisk> unpaid(Optional<PeriodicAudit> audit) {
    return audit
        .flatMap(looks -> looks.report().endangered())
        .map(Endangered::expired)
        .orElse(List.of());
  }

  private static Optional<Topology> topology(
      ControllerConfig config, VolumeQueries volumes, VolumeId disk) {
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
