package cn.ucloud.csi.udisk.node;

import cn.ucloud.csi.udisk.common.concurrent.OperationKind;
import cn.ucloud.csi.udisk.common.concurrent.Operations;
import cn.ucloud.csi.udisk.common.concurrent.Permission;
import cn.ucloud.csi.udisk.common.concurrent.TimeSpent;
import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.grpc.GrpcCaller;
import cn.ucloud.csi.udisk.common.identity.BuildVersion;
import cn.ucloud.csi.udisk.common.identity.IdentityService;
import cn.ucloud.csi.udisk.common.metrics.OperationMetrics;
import cn.ucloud.csi.udisk.common.process.ProcessScope;
import cn.ucloud.csi.udisk.common.process.ServerProcess;
import cn.ucloud.csi.udisk.node.command.CommandRunner;
import cn.ucloud.csi.udisk.node.command.ProcessCommandRunner;
import cn.ucloud.csi.udisk.node.device.DeviceFinder;
import cn.ucloud.csi.udisk.node.device.HostDisks;
import cn.ucloud.csi.udisk.node.health.VolumeHealth;
import cn.ucloud.csi.udisk.node.info.AddressedNodeInfo;
import cn.ucloud.csi.udisk.node.info.KubeletVolumes;
import cn.ucloud.csi.udisk.node.info.MetadataNodeInfo;
import cn.ucloud.csi.udisk.node.info.NodeInfoSource;
import cn.ucloud.csi.udisk.node.info.VolumeLimit;
import cn.ucloud.csi.udisk.node.linux.Privileges;
import cn.ucloud.csi.udisk.node.mount.LinuxMounter;
import cn.ucloud.csi.udisk.node.mount.OtherNamespaces;
import cn.ucloud.csi.udisk.node.publish.VolumePublisher;
import cn.ucloud.csi.udisk.node.space.StagedVolumes;
import cn.ucloud.csi.udisk.node.space.VolumeExpander;
import cn.ucloud.csi.udisk.node.space.VolumeStats;
import cn.ucloud.csi.udisk.node.stage.Host;
import cn.ucloud.csi.udisk.node.stage.Restaging;
import cn.ucloud.csi.udisk.node.stage.VolumeStager;
import cn.ucloud.csi.udisk.node.state.StateDirectory;
import cn.ucloud.csi.udisk.node.sysfs.DiskActivity;
import cn.ucloud.csi.udisk.node.sysfs.FilesystemErrors;
import cn.ucloud.csi.udisk.node.sysfs.SysBlock;
import io.grpc.BindableService;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The process on every node. */
public final class NodeMain {
  /** For what no program does, since a program's time counts for its own limit. */
  private static final Duration OPERATION_LIMIT = Duration.ofMinutes(45);

  /** A filesystem that has not said how full it is by then will not soon. */
  private static final Duration STATS_PATIENCE = Duration.ofSeconds(4);

  private static final Set<OperationKind> KINDS =
      EnumSet.of(
          OperationKind.STAGE,
          OperationKind.UNSTAGE,
          OperationKind.PUBLISH,
          OperationKind.UNPUBLISH,
          OperationKind.EXPAND);

  private static final Set<TimeSpent.Part> MEASURED =
      EnumSet.complementOf(EnumSet.of(TimeSpent.Part.PACE));

  private static final Logger LOG = LoggerFactory.getLogger(NodeMain.class);

  private NodeMain() {}

  /** Runs the node process until SIGTERM; exit codes as {@link ServerProcess#runAndExit}. */
  public static void main(String[] args) {
    new ServerProcess<>("udisk-csi-node", new NodeOptions(), NodeMain::wire)
        .runAndExit(args, System.getenv());
  }

  private static List<BindableService> wire(NodeConfig config, ProcessScope scope) {
    NodeInfoSource instance = new MetadataNodeInfo(config.metadataUrl(), config.rssdOnBareMetal());
    NodeInfoSource info =
        config
            .address()
            .<NodeInfoSource>map(address -> new AddressedNodeInfo(instance, address))
            .orElse(instance);
    HostDisks disks = () -> instance.read().attached();
    SysBlock sys = new SysBlock(config.sysfsRoot());
    DeviceFinder devices = new DeviceFinder(sys, config.devRoot(), disks, config.deviceTimeout());
    CommandRunner commands = new ProcessCommandRunner();
    StateDirectory state = StateDirectory.ofThisBoot(config.stateDir());
    OtherNamespaces others = new OtherNamespaces();
    KubeletVolumes kubelet = new KubeletVolumes(config.kubeletDir(), IdentityService.DRIVER_NAME);
    Host host = Host.of(sys, devices, disks, others, kubelet, commands, new LinuxMounter(), state);
    PrometheusRegistry registry = scope.metrics().registry();
    Operations operations =
        new Operations(
            OPERATION_LIMIT,
            GrpcCaller::new,
            Permission.always(),
            new OperationMetrics(registry, KINDS, MEASURED),
            () -> Thread.ofPlatform().daemon());
    VolumeStager stager = new VolumeStager(host, config.blankCheck());
    VolumeStats stats = new VolumeStats(host, STATS_PATIENCE);
    StagedVolumes staged = new StagedVolumes(host, stats);
    DiskActivity activity = new DiskActivity(sys, System::nanoTime);
    FilesystemErrors errors = new FilesystemErrors(sys);
    registry.register(new VolumeMetrics(staged, activity, errors));
    GaugeWithCallback.builder()
        .name("udisk_filesystems_asked")
        .help("Filesystems that were asked how full they are and have not answered yet.")
        .callback(callback -> callback.call(stats.underWay()))
        .register(registry);
    Optional<String> obstacle = Privileges.findObstacleToMounting();
    obstacle.ifPresent(LOG::error);
    scope.expect(() -> obstacle);
    scope.expect(() -> findProblem(info));
    scope.expect(() -> findProblem(config.kubeletDir()));
    scope.readiness().ready();
    return List.of(
        new IdentityService(BuildVersion.read(), scope.readiness()),
        new NodeService(
            new VolumeLimit(config.maxVolumes(), kubelet),
            info,
            operations,
            stager,
            new Restaging(host, stager),
            new VolumePublisher(host),
            new VolumeExpander(host),
            stats,
            new VolumeHealth(staged, sys, activity, errors)));
  }

  private static Optional<String> findProblem(NodeInfoSource info) {
    try {
      var _ = info.read();
      return Optional.empty();
    } catch (DriverException e) {
      return Optional.of(e.sentence());
    }
  }

  /**
   * kubelet makes the first directory when it starts, in the one that it really uses; in the other
   * one, which a process outside of a pod may lack, the registrar makes the socket.
   */
  private static Optional<String> findProblem(Path kubelet) {
    Path pods = kubelet.resolve("pods");
    if (!Files.isDirectory(pods)) {
      return Optional.of(pods + " is no directory, so --kubelet-dir is not kubelet's --root-dir");
    }
    Path registry = kubelet.resolve("plugins_registry");
    Path socket = registry.resolve(IdentityService.DRIVER_NAME + "-reg.sock");
    return Files.isDirectory(registry) && Files.notExists(socket)
        ? Optional.of(
            socket
                + " is not there, so kubelet forgets this driver; a restarted registrar makes it")
        : Optional.empty();
  }
}
