package cn.ucloud.csi.udisk.controller.recovery;

import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Host;
import cn.ucloud.csi.udisk.controller.cloud.DiskApi;
import cn.ucloud.csi.udisk.controller.model.HostOffProof.Shown;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What the cloud says of hosts, held against hosts of which something is known: those whose
 * kubelets are heard of are witnesses, and must be shown as running. So an answer that is partial,
 * old, or of another project is noticed.
 */
final class HostStates {
  private static final String RUNNING = "Running";

  /** With the witnesses, what one request may ask for. */
  static final int MOST = 80;

  private static final int WITNESSES = 20;

  private final DiskApi disks;

  HostStates(DiskApi disks) {
    this.disks = disks;
  }

  /**
   * One look.
   *
   * @param hosts those that it shows; one that it does not show may be anything
   * @param lie why none of it can be believed
   */
  record Look(Map<NodeId, Optional<Host>> hosts, Optional<String> lie) {

    /** Empty if it was not shown, or if that it is gone cannot be believed. */
    Optional<Shown> find(NodeId id) {
      return Optional.ofNullable(hosts.get(id))
          .map(host ->
              host.map(is -> new Shown(true, is.state().orElse(""), is.addresses()))
                  .orElseGet(() -> new Shown(false, "", List.of())));
    }

    boolean isRunning(NodeId id) {
      return find(id).filter(host -> host.state().equals(RUNNING)).isPresent();
    }
  }

  /**
   * Looks once at these hosts.
   *
   * @param witnesses hosts that run
   */
  Look look(List<NodeId> suspects, Collection<NodeId> witnesses) {
    List<NodeId> called = call(suspects, witnesses);
    Map<NodeId, Optional<Host>> found =
        new HashMap<>(disks.findHosts(Stream.concat(suspects.stream(), called.stream()).toList()));
    Look look = new Look(found, Optional.empty());
    List<NodeId> contradicting = called.stream().filter(id -> !look.isRunning(id)).toList();
    if (contradicting.size() * 3 > called.size()) {
      return new Look(
          Map.of(),
          Optional.of(
              "the cloud does not show %d of %d hosts as running whose kubelets are heard of, such as %s"
                  .formatted(contradicting.size(), called.size(), contradicting.getFirst())));
    }
    suspects.stream()
        .filter(id -> found.getOrDefault(id, Optional.empty()).isEmpty())
        .filter(id -> !isGone(id, called, found))
        .forEach(found::remove);
    return look;
  }

  /** Some of each kind of host, since each kind has an API of its own. */
  private static List<NodeId> call(List<NodeId> suspects, Collection<NodeId> witnesses) {
    return Stream.of(true, false)
        .filter(isBareMetal -> suspects.stream().anyMatch(kind(isBareMetal)))
        .flatMap(isBareMetal ->
            witnesses.stream()
                .filter(kind(isBareMetal))
                .filter(id -> !suspects.contains(id))
                .limit(WITNESSES))
        .toList();
  }

  private static Predicate<NodeId> kind(boolean isBareMetal) {
    return id -> id.isBareMetal() == isBareMetal;
  }

  /**
   * That a host is gone is believed where every witness of its kind is shown, there is one, and no
   * host API knows it.
   */
  private boolean isGone(NodeId id, List<NodeId> called, Map<NodeId, Optional<Host>> found) {
    List<NodeId> alike = called.stream().filter(kind(id.isBareMetal())).toList();
    return id.isInstance()
        && !alike.isEmpty()
        && alike.stream().allMatch(one -> found.getOrDefault(one, Optional.empty()).isPresent())
        && !disks.isHost(id);
  }
}
