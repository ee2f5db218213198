package cn.ucloud.csi.udisk.it;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;

/**
 * What kube-scheduler does for pods with one volume each: it knows of a node its labels and how
 * many volumes it takes, and of a bound volume its node affinity. It has no extender.
 */
final class Scheduler {
  /** As kubelet writes down what NodeGetInfo answered. */
  record Node(String name, String host, Map<String, String> segments, long maxVolumes) {}

  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final Map<String, Integer> pods = new HashMap<>();
  private final Random dice;

  Scheduler(long seed) {
    this.dice = new Random(seed);
  }

  void add(Node node) {
    nodes.put(node.name, node);
  }

  int pods(String node) {
    return pods.getOrDefault(node, 0);
  }

  /**
   * Any node that has room and the segments of one of these terms; no terms allow every node. The
   * pod counts there from now on.
   *
   * @param isGood asked of one node after the other; a pod whose volume cannot be made for a node
   *     is scheduled again
   */
  Optional<Node> place(List<Map<String, String>> terms, Predicate<Node> isGood) {
    List<Node> order = new ArrayList<>(nodes.values());
    Collections.shuffle(order, dice);
    Optional<Node> chosen =
        order.stream()
            .filter(node -> pods(node.name) < node.maxVolumes)
            .filter(node -> terms.isEmpty() || terms.stream().anyMatch(term -> fits(node, term)))
            .filter(isGood)
            .findFirst();
    chosen.ifPresent(node -> pods.merge(node.name, 1, Integer::sum));
    return chosen;
  }

  void remove(String node) {
    pods.merge(node, -1, Integer::sum);
  }

  private static boolean fits(Node node, Map<String, String> term) {
    return node.segments.entrySet().containsAll(term.entrySet());
  }
}
