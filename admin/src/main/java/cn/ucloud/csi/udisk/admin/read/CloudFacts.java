package cn.ucloud.csi.udisk.admin.read;

import cn.ucloud.csi.udisk.admin.facts.Disk;
import cn.ucloud.csi.udisk.admin.facts.Facts.Gap;
import cn.ucloud.csi.udisk.admin.facts.Host;
import cn.ucloud.csi.udisk.admin.facts.Node;
import cn.ucloud.csi.udisk.admin.facts.Volume;
import cn.ucloud.csi.udisk.admin.port.CloudApi;
import cn.ucloud.csi.udisk.admin.port.Unreadable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Which requests to the cloud answer a question with the fewest of them. */
final class CloudFacts {
  private final CloudApi cloud;
  private final int most;
  private int asked;

  /**
   * @param most how many requests one question may cost, beside a list of the whole region
   */
  CloudFacts(CloudApi cloud, int most) {
    this.cloud = cloud;
    this.most = most;
  }

  /**
   * The disks of these volumes. Where several are thought to be on one host, one request tells all
   * of that host; what is not there is asked for by id.
   *
   * @param likely the nodes that may have them, by the name of the volume
   * @return also those that the cloud does not know, as disks that do not exist
   */
  List<Disk> disksOf(Collection<Volume> volumes, Map<String, Node> likely, Collector notes) {
    Map<String, Disk> found = new HashMap<>();
    for (String host : hostsWorthAsking(volumes, likely)) {
      ask(notes, () -> cloud.disksOn(host))
          .ifPresent(disks -> disks.forEach(disk -> found.put(disk.id(), disk)));
    }
    for (Volume volume : volumes) {
      String id = volume.disk();
      if (!id.isEmpty() && !found.containsKey(id)) {
        ask(notes, () -> cloud.disk(id))
            .ifPresent(disk ->
                disk.ifPresentOrElse(
                    there -> found.put(id, there), () -> found.put(id, Disk.gone(id))));
      }
    }
    Set<String> wanted = new LinkedHashSet<>();
    volumes.forEach(volume -> wanted.add(volume.disk()));
    return found.values().stream().filter(disk -> wanted.contains(disk.id())).toList();
  }

  /**
   * The disks of these volumes that a list of the region lacked: such a list may lack one that is
   * there, so each is asked for by its id.
   */
  List<Disk> missing(Collection<Volume> volumes, Collection<Disk> listed, Collector notes) {
    Set<String> known = new HashSet<>();
    listed.forEach(disk -> known.add(disk.id()));
    List<Disk> found = new ArrayList<>();
    for (Volume volume : volumes) {
      String id = volume.disk();
      if (!id.isEmpty() && known.add(id)) {
        ask(notes, () -> cloud.disk(id))
            .ifPresent(disk -> found.add(disk.orElseGet(() -> Disk.gone(id))));
      }
    }
    return found;
  }

  private static List<String> hostsWorthAsking(
      Collection<Volume> volumes, Map<String, Node> likely) {
    Map<String, Integer> counts = new HashMap<>();
    for (Volume volume : volumes) {
      Node node = likely.get(volume.name());
      if (node != null && !node.host().isEmpty()) {
        counts.merge(node.host(), 1, Integer::sum);
      }
    }
    return counts.entrySet().stream()
        .filter(entry -> entry.getValue() > 1)
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  /** The hosts that have these disks, and those of these nodes. */
  List<Host> hostsOf(Collection<Disk> disks, Collection<Node> nodes, Collector notes) {
    List<String> ids =
        Stream.concat(disks.stream().map(Disk::host), nodes.stream().map(Node::host))
            .filter(id -> id.contains("-"))
            .distinct()
            .sorted()
            .toList();
    List<Host> hosts = new ArrayList<>();
    for (int from = 0; from < ids.size(); from += 100) {
      List<String> some = ids.subList(from, Math.min(ids.size(), from + 100));
      ask(notes, () -> cloud.hosts(some)).ifPresent(hosts::addAll);
    }
    return hosts;
  }

  /** A request to the cloud. */
  private interface Question<R> {
    R ask() throws Unreadable;
  }

  private <R> Optional<R> ask(Collector notes, Question<R> question) {
    if (asked >= most) {
      notes.gap(
          new Gap(
              "cloud",
              Gap.Kind.NOT_ASKED,
              "the cloud is asked %d times at most; --all-disks reads every disk".formatted(most)));
      return Optional.empty();
    }
    asked++;
    try {
      return Optional.of(question.ask());
    } catch (Unreadable e) {
      // One sentence for all that fails alike: the keys are refused for every disk.
      notes.gap(new Gap("cloud", e.gap().kind(), e.gap().why()));
      if (e.gap().kind() == Gap.Kind.KEYS_REFUSED || e.gap().kind() == Gap.Kind.CLOUD_UNREACHABLE) {
        asked = most;
      }
      return Optional.empty();
    }
  }
}
