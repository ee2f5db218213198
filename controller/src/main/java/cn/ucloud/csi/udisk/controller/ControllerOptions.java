package cn.ucloud.csi.udisk.controller;

import cn.ucloud.csi.udisk.common.config.CommonOptions;
import cn.ucloud.csi.udisk.common.config.Rule;
import cn.ucloud.csi.udisk.common.process.ServerOptions;
import cn.ucloud.csi.udisk.common.ucloud.flags.CloudAccess;
import cn.ucloud.csi.udisk.common.ucloud.flags.CloudOptions;
import cn.ucloud.csi.udisk.controller.audit.PeriodicAudit;
import cn.ucloud.csi.udisk.controller.model.DeletionRule;
import cn.ucloud.csi.udisk.controller.model.LabelTemplate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The controller's flags. */
final class ControllerOptions implements ServerOptions<ControllerConfig> {
  private static final String EXTRA_LABELS = "--extra-labels";

  private final Map<String, String> environment;

  @Mixin private final CommonOptions common = new CommonOptions();
  @Mixin private final ClusterOptions cluster = new ClusterOptions();
  @Mixin private final CloudOptions cloud;

  @Option(
      names = "--create-settle",
      paramLabel = "<duration>",
      defaultValue = "75s",
      description =
          "How long a request that was not answered may still be done: the gateway's time-out and the"
              + " lag of listings. Default: ${DEFAULT-VALUE}.")
  private Duration createSettle;

  @Option(
      names = "--delete-volumes-with-snapshots",
      paramLabel = "<true|false>",
      arity = "1",
      defaultValue = "false",
      description =
          "Whether a volume that has snapshots may be deleted; it is not known whether UCloud keeps"
              + " them then. Default: ${DEFAULT-VALUE}.")
  private boolean deleteVolumesWithSnapshots;

  @Option(
      names = "--reconcile-interval",
      paramLabel = "<duration>",
      defaultValue = "10m",
      description =
          "How often the disks of the region are compared with the cluster; at least 5m. Default:"
              + " ${DEFAULT-VALUE}.")
  private Duration reconcileInterval;

  @Option(
      names = "--leak-age",
      paramLabel = "<duration>",
      defaultValue = "1h",
      description =
          "How old a disk without a persistent volume must be to be reported; at least 10m. Default:"
              + " ${DEFAULT-VALUE}.")
  private Duration leakAge;

  @Option(
      names = EXTRA_LABELS,
      paramLabel = "<key=value,...>",
      description =
          "What every disk and snapshot is labelled with at UCloud, such as team=db,app=shop; the"
              + " parameter labels of a StorageClass adds to it.")
  private @Nullable String extraLabels;

  ControllerOptions(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
    this.cloud = new CloudOptions(environment);
  }

  @Override
  public Map<String, List<String>> aliases() {
    return cloud.aliases();
  }

  @Override
  public CommonOptions common() {
    return common;
  }

  @Override
  public List<Rule> rules() {
    return Stream.of(cloud.rules(), ownRules(), cluster.rules()).flatMap(List::stream).toList();
  }

  private List<Rule> ownRules() {
    return List.of(
        Rule.on(
            "--reconcile-interval",
            "must be at least 5m",
            () -> reconcileInterval.compareTo(Duration.ofMinutes(5)) >= 0),
        Rule.on(
            "--leak-age",
            "must be at least 10m",
            () -> leakAge.compareTo(Duration.ofMinutes(10)) >= 0),
        Rule.on(
            EXTRA_LABELS,
            ClusterOptions.ELECTION,
            "exclude each other when there is no election: what has been labelled is written on volumes",
            () -> extraLabels == null || cluster.isMember()));
  }

  @Override
  public ControllerConfig toConfig() {
    CloudAccess access = cloud.toConfig();
    return new ControllerConfig(
        access.config(),
        access.credentials(),
        access.clusterId(),
        createSettle,
        deleteVolumesWithSnapshots
            ? DeletionRule.DELETE_WITH_SNAPSHOTS
            : DeletionRule.KEEP_WITH_SNAPSHOTS,
        new PeriodicAudit.Rhythm(reconcileInterval, leakAge),
        extraLabels == null ? LabelTemplate.NONE : LabelTemplate.parse(EXTRA_LABELS, extraLabels),
        common.toConfig().endpoint().path(),
        cluster.find(environment.getOrDefault("HOSTNAME", "controller")));
  }
}
