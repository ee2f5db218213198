package cn.ucloud.csi.udisk.controller.recovery;

import cn.ucloud.csi.udisk.common.concurrent.Permission;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.controller.model.HostOffProof;
import cn.ucloud.csi.udisk.controller.model.HostOffProof.Shown;
import cn.ucloud.csi.udisk.controller.recovery.NodeMarks.Live;
import cn.ucloud.csi.udisk.controller.recovery.NodeMarks.Mark;
import cn.ucloud.csi.udisk.controller.recovery.NodeMarks.Watched;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Marks nodes with volumes of this driver whose kubelets are silent and whose hosts the cloud shows
 * as off in two looks.
 */
final class Departures {
  /** Between the two looks: longer than a host that is restarted is shown as Stopped. */
  private static final Duration APART = Duration.ofSeconds(10);

  /** One whose host still runs after that is looked at less often. */
  private static final Duration EARLY = Duration.ofMinutes(2);

  private static final Duration LATE_INTERVAL = Duration.ofMinutes(1);

  /**
   * What came of a round.
   *
   * @param silent how many kubelets are silent
   * @param heldBack nodes that were not looked at or not marked, because of a limit or a doubt
   * @param marked how many were marked
   */
  record Outcome(int silent, int heldBack, int marked) {}

  /** A host that was seen to be off. */
  private record Sighting(long at, Optional<String> heartbeat) {}

  private final HostStates hosts;
  private final NodeMarks cluster;
  private final Heartbeats heartbeats;
  private final Permission permission;
  private final Notices notices;
  private final InstantSource clock;
  private final MarkLimits limits = new MarkLimits();
  private final Map<String, Sighting> sightings = new HashMap<>();
  private final Map<String, Long> running = new HashMap<>();

  Departures(
      HostStates hosts,
      NodeMarks cluster,
      Heartbeats heartbeats,
      Permission permission,
      Notices notices,
      InstantSource clock) {
    this.hosts = hosts;
    this.cluster = cluster;
    this.heartbeats = heartbeats;
    this.permission = permission;
    this.notices = notices;
    this.clock = clock;
  }

  /** What was seen is no first look any more. */
  void forget() {
    sightings.clear();
  }

  Outcome round(Collection<Watched> nodes, long now) {
    List<Watched> silent = nodes.stream().filter(this::isSilent).toList();
    List<Watched> unmarked =
        silent.stream().filter(node -> node.hasVolumes() && node.mark() == Mark.NONE).toList();
    List<Watched> unknown = unmarked.stream().filter(node -> node.instance().isEmpty()).toList();
    unknown.forEach(notices::unknown);
    List<Watched> known = unmarked.stream().filter(node -> node.instance().isPresent()).toList();
    Outcome outcome = round(silent, known, nodes, now);
    return new Outcome(silent.size(), outcome.heldBack + unknown.size(), outcome.marked);
  }

  private Outcome round(
      List<Watched> silent, List<Watched> suspects, Collection<Watched> nodes, long now) {
    List<String> names = suspects.stream().map(Watched::name).toList();
    sightings.keySet().retainAll(names);
    running.keySet().retainAll(names);
    if (suspects.isEmpty()) {
      return new Outcome(silent.size(), 0, 0);
    }
    Optional<String> torn = MarkLimits.findReason(silent.size(), nodes.size());
    if (torn.isPresent()) {
      return nothing(silent, suspects, torn.get());
    }
    List<Watched> due =
        suspects.stream().filter(node -> isDue(node, now)).limit(HostStates.MOST).toList();
    if (due.isEmpty()) {
      return new Outcome(silent.size(), 0, 0);
    }
    HostStates.Look look = hosts.look(due.stream().map(Departures::host).toList(), beating(nodes));
    return look.lie().isPresent()
        ? nothing(silent, due, look.lie().get())
        : judge(silent, due, nodes, look, now);
  }

  private Outcome nothing(List<Watched> silent, List<Watched> kept, String why) {
    forget();
    notices.heldBack(kept.stream().map(Watched::name).toList(), why);
    return new Outcome(silent.size(), kept.size(), 0);
  }

  private Outcome judge(
      List<Watched> silent,
      List<Watched> due,
      Collection<Watched> nodes,
      HostStates.Look look,
      long now) {
    int marked = 0;
    int kept = 0;
    for (Watched node : due) {
      Optional<Shown> host = look.find(host(node));
      if (!isProved(node, host, now)) {
        continue;
      }
      Optional<String> doubt =
          limits.findReason(nodes, clock.instant()).or(() -> mark(node, host, nodes));
      if (doubt.isEmpty()) {
        marked++;
      } else {
        notices.keptBack(node, doubt.get());
        kept++;
      }
    }
    return new Outcome(silent.size(), kept, marked);
  }

  /** Whether this is the second of two looks that show it off, between which nothing was heard. */
  private boolean isProved(Watched node, Optional<Shown> host, long now) {
    if (host.filter(Shown::isOff).isEmpty()) {
      sightings.remove(node.name());
      host.ifPresent(_ -> running.put(node.name(), now));
      return false;
    }
    running.remove(node.name());
    Optional<String> heartbeat = heartbeats.last(node.name());
    Sighting first = sightings.get(node.name());
    if (first == null || !first.heartbeat.equals(heartbeat)) {
      sightings.put(node.name(), new Sighting(now, heartbeat));
      return false;
    }
    return now - first.at >= APART.toNanos();
  }

  private Optional<String> mark(Watched node, Optional<Shown> host, Collection<Watched> nodes) {
    Instant at = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Optional<String> doubt;
    try (Permission.Pass _ = permission.enter()) {
      doubt = cluster.mark(node.name(), at, live -> findDoubt(node, live, host, nodes));
    }
    if (doubt.isEmpty()) {
      limits.marked(node.name(), at);
      sightings.remove(node.name());
      notices.marked(node, at);
    }
    return doubt;
  }

  private Optional<String> findDoubt(
      Watched node, Live live, Optional<Shown> host, Collection<Watched> nodes) {
    boolean isSilent =
        live.heartbeat().equals(heartbeats.last(node.name()))
            && (live.heartbeat().isPresent() || !live.isReady());
    boolean isSame = live.instances().equals(List.of(host(node).value()));
    HostOffProof proof =
        new HostOffProof(
            isSilent, live.names(), isSame ? live.instances() : List.of(), live.registered(), host);
    return live.otherHand()
        .or(() -> live.mark() == Mark.NONE ? Optional.empty() : Optional.of("it is marked already"))
        .or(() ->
            nodes.stream()
                .filter(other ->
                    !other.name().equals(node.name()) && other.instance().equals(node.instance()))
                .findFirst()
                .map(other -> "node " + other.name() + " is that host as well"))
        .or(() -> proof.findDoubt().map(found -> words(found, live, host)));
  }

  private static String words(HostOffProof.Doubt doubt, Live live, Optional<Shown> host) {
    return switch (doubt) {
      case NOT_SILENT -> "its kubelet was heard of";
      case AMBIGUOUS ->
          "its labels, its CSINode and its addresses name different hosts: label %s, registered (CSINode) as %s, the node's name and addresses %s, the host's addresses %s"
              .formatted(
                  listed(live.instances()),
                  live.registered().orElse("none"),
                  listed(live.names()),
                  listed(host.map(Shown::addresses).orElse(List.of())));
      case NOT_READ -> "the cloud does not show its host";
      case NOT_OFF -> "its host may run";
    };
  }

  private static String listed(Collection<String> values) {
    return values.isEmpty() ? "none" : String.join(", ", values);
  }

  /** One without a lease counts only if Kubernetes thinks so too. */
  private boolean isSilent(Watched node) {
    return heartbeats.isSilent(node.name())
        && (heartbeats.last(node.name()).isPresent() || !node.isReady());
  }

  private boolean isDue(Watched node, long now) {
    Long seen = running.get(node.name());
    return seen == null
        || heartbeats.silence(node.name()).compareTo(EARLY) < 0
        || now - seen >= LATE_INTERVAL.toNanos();
  }

  private List<NodeId> beating(Collection<Watched> nodes) {
    return nodes.stream()
        .filter(node -> heartbeats.isBeating(node.name()))
        .flatMap(node -> node.instance().stream())
        .distinct()
        .collect(Collectors.toList());
  }

  private static NodeId host(Watched node) {
    return node.instance().orElseThrow();
  }
}
