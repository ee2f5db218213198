package cn.ucloud.csi.udisk.controller;

import cn.ucloud.csi.udisk.common.config.Rule;
import cn.ucloud.csi.udisk.controller.kube.ClusterConfig;
import cn.ucloud.csi.udisk.controller.kube.lease.LeaseTimings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags about the cluster, to be mixed into the controller's. */
final class ClusterOptions {
  static final String ELECTION = "--leader-election";
  private static final String KUBECONFIG = "--kubeconfig";
  private static final String DURATION = "--lease-duration";
  private static final String DEADLINE = "--lease-renew-deadline";
  private static final String RETRY = "--lease-retry-period";
  private static final String RECOVER = "--recover-stopped-hosts";

  @Option(
      names = ELECTION,
      arity = "1",
      paramLabel = "<true|false>",
      defaultValue = "true",
      description =
          "Act only while holding the driver's Lease. false: there is no cluster; act at once, and ask"
              + " no Kubernetes API. Default: ${DEFAULT-VALUE}.")
  private boolean leaderElection;

  @Option(
      names = KUBECONFIG,
      paramLabel = "<file>",
      description = "How to reach the cluster from outside; without it, as its service account.")
  private @Nullable Path kubeconfig;

  @Option(
      names = DURATION,
      paramLabel = "<duration>",
      defaultValue = "12s",
      description =
          "How long a lease that is not renewed keeps other processes from acting. Default:"
              + " ${DEFAULT-VALUE}.")
  private Duration duration;

  @Option(
      names = DEADLINE,
      paramLabel = "<duration>",
      defaultValue = "8s",
      description =
          "The process ends when it could not renew its lease for so long. Default:"
              + " ${DEFAULT-VALUE}.")
  private Duration renewDeadline;

  @Option(
      names = RETRY,
      paramLabel = "<duration>",
      defaultValue = "2s",
      description = "How often the lease is renewed or asked for. Default: ${DEFAULT-VALUE}.")
  private Duration retryPeriod;

  @Option(
      names = "--replace-unusable-disks",
      paramLabel = "<true|false>",
      arity = "1",
      defaultValue = "true",
      description =
          "Whether a disk is deleted and made anew that was made for a claim which cannot have it as"
              + " it is (its zone, its type or size, or because it is broken), if live reads prove"
              + " that it was never used. false: it stays, and the claim's event names it. Default:"
              + " ${DEFAULT-VALUE}.")
  private boolean replaceUnusableDisks;

  @Option(
      names = RECOVER,
      paramLabel = "<true|false>",
      arity = "1",
      defaultValue = "false",
      description =
          "Whether a node with volumes whose host is Stopped or gone in two reads of the cloud, and"
              + " whose kubelet is silent, is marked as out of service, so that its pods and volumes"
              + " move; the mark goes when host and kubelet are back. Default: ${DEFAULT-VALUE}.")
  private boolean recoverStoppedHosts;

  List<Rule> rules() {
    return List.of(
        Rule.on(
            RECOVER,
            ELECTION,
            "exclude each other when there is no election",
            () -> !recoverStoppedHosts || leaderElection),
        Rule.on(
            KUBECONFIG,
            ELECTION,
            "exclude each other when there is no election",
            () -> kubeconfig == null || leaderElection),
        Rule.on(
            DURATION,
            "must be whole seconds, as the Lease object has them",
            () -> duration.toMillisPart() == 0),
        Rule.on(
            DEADLINE,
            DURATION,
            "must leave a third of the duration for clocks and for what is on its way",
            () -> renewDeadline.multipliedBy(3).compareTo(duration.multipliedBy(2)) <= 0),
        Rule.on(
            RETRY,
            DEADLINE,
            "must allow three tries before the deadline",
            () ->
                retryPeriod.isPositive()
                    && retryPeriod.multipliedBy(3).compareTo(renewDeadline) <= 0));
  }

  /** Whether there is a cluster. */
  boolean isMember() {
    return leaderElection;
  }

  /** Empty if there is no cluster. */
  Optional<ClusterConfig> find(String podName) {
    return leaderElection
        ? Optional.of(
            new ClusterConfig(
                Optional.ofNullable(kubeconfig),
                podName,
                new LeaseTimings(duration, renewDeadline, retryPeriod),
                replaceUnusableDisks,
                recoverStoppedHosts))
        : Optional.empty();
  }
}
