package cn.ucloud.csi.udisk.it.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.Node;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One disk and several nodes and pods. */
class NodesE2e {
  @RegisterExtension final RealCluster cluster = new RealCluster();

  private final Pods pods = cluster.pods();
  private final Nodes nodes = cluster.nodes();

  @Test
  void aSecondNodeGetsTheVolumeWhenTheFirstHasLeftIt() throws IOException {
    String first = Nodes.name(oneWithAnotherBeside());
    cluster.examples().apply("claim-and-pod.yaml", "Delete", Map.of(Nodes.HOST_NAME, first));
    pods.awaitReady("app");
    pods.run("app", "echo here >/data/who; sync");
    cluster.apply(pod("other", Yaml.whereNot(Nodes.HOST_NAME, first), "data"));
    cluster.awaitEvent("other", "FailedAttachVolume", "Multi-Attach");
    pods.delete("app");
    pods.awaitReady("other");
    assertThat(pods.nodeOf("other")).isNotEqualTo(first);
    assertThat(pods.run("other", "cat /data/who")).isEqualTo("here");
  }

  @Test
  void aVolumeForOnePodAloneTakesNoSecondOne() {
    cluster.apply(Yaml.claim("one", cluster.classOf("Delete"), "ReadWriteOncePod", "20Gi"));
    cluster.apply(pod("first", Yaml.ANYWHERE, "one"));
    pods.awaitReady("first");
    cluster.apply(pod("second", Yaml.ANYWHERE, "one"));
    cluster.awaitEvent("second", "FailedScheduling", "ReadWriteOncePod");
    pods.delete("first");
    pods.awaitReady("second");
  }

  @Test
  void aDrainedNodesPodHasItsDisksOnAnotherNode() {
    String first = runReplicaInZoneOf(oneWithAnotherBeside());
    cluster.afterwards(() -> nodes.uncordon(first));
    nodes.cordon(first);
    pods.evict("db-0");
    awaitReplicaElsewhere(first);
  }

  @Test
  void aDeadNodesPodHasItsDisksOnAnotherNodeOnceTheNodeIsOutOfService() {
    assumeTrue(
        cluster.processes().canStopNodes(),
        "E2E_STOP_NODE and E2E_START_NODE do not say how a node is stopped and started");
    String first = runReplicaInZoneOf(oneWithAnotherBeside());
    String uid = pods.get("db-0").getMetadata().getUid();
    cluster.afterwards(() -> bringBack(first));
    cluster.processes().stopNode(first);
    cluster.say("node " + first + " is stopped");
    RealCluster.eventually().until(() -> !nodes.isReady(first));
    cluster.say("node " + first + " is not ready");
    nodes.declareOutOfService(first);
    cluster.say("node " + first + " is tainted as out of service");
    pods.awaitGone("db-0", uid);
    awaitReplicaElsewhere(first);
    assertThat(nodes.attachedTo(first)).as("disks that are still on the dead node").isZero();
  }

  @Test
  void aStoppedHostsPodHasItsDisksOnAnotherNodeWithoutAnybodysHand() {
    assumeTrue(
        cluster.settings().recoversStoppedHosts(),
        "E2E_RECOVERS is not 'true': the driver waits until somebody says that a node is dead");
    assumeTrue(
        cluster.processes().canStopNodes(),
        "E2E_STOP_NODE and E2E_START_NODE do not say how a node is stopped and started");
    String first = runReplicaInZoneOf(oneWithAnotherBeside());
    String uid = pods.get("db-0").getMetadata().getUid();
    cluster.afterwards(() -> {
      if (!nodes.isReady(first)) {
        bringBack(first);
      }
    });
    cluster.say("node " + first + " is to be stopped");
    cluster.processes().stopNode(first);
    pods.awaitGone("db-0", uid);
    awaitReplicaElsewhere(first);
    assertThat(nodes.attachedTo(first)).as("disks that are still on the stopped host").isZero();
    cluster.processes().startNode(first);
    RealCluster.eventually().until(() -> nodes.isReady(first) && !nodes.isOutOfService(first));
    cluster.say("node " + first + " is ready and in service again");
  }

  private void bringBack(String node) {
    cluster.processes().startNode(node);
    RealCluster.eventually().until(() -> nodes.isReady(node));
    nodes.declareInService(node);
    cluster.say("node " + node + " is ready again");
  }

  @Test
  void aFullNodeTakesAnotherDiskWhenOneHasLeft() {
    String node = Nodes.name(nodes.any());
    String there = Yaml.where(Nodes.HOST_NAME, node);
    int room = nodes.roomOn(node);
    String[] claims = IntStream.range(0, room).mapToObj(i -> "data-" + i).toArray(String[]::new);
    for (String claim : claims) {
      cluster.apply(Yaml.claim(claim, cluster.classOf("Delete")));
    }
    cluster.apply(pod("full", there, claims));
    pods.awaitReady("full");
    cluster.say(node + " has " + room + " disks more than before");
    cluster.apply(Yaml.claim("late", cluster.classOf("Delete")));
    cluster.apply(pod("late", there, "late"));
    cluster.awaitEvent("late", "FailedScheduling", "max volume count");
    pods.delete("full");
    pods.awaitReady("late");
  }

  private Node oneWithAnotherBeside() {
    Optional<Node> node = nodes.findOneWithAnotherBeside();
    assumeTrue(node.isPresent(), "no zone has two nodes");
    return node.get();
  }

  /** A StatefulSet's pod with something on its two disks; the answer is its node. */
  private String runReplicaInZoneOf(Node node) {
    cluster.apply(
        Yaml.statefulSet(
            cluster.settings().image(),
            Yaml.where(Nodes.ZONE, Nodes.zone(node)),
            cluster.classOf("Delete")));
    pods.awaitReady("db-0");
    pods.run("db-0", "echo files >/data/what; sync");
    pods.run("db-0", "echo raw | dd of=/dev/xvda bs=4096 conv=sync,fsync 2>/dev/null");
    return pods.nodeOf("db-0");
  }

  private void awaitReplicaElsewhere(String node) {
    pods.awaitReady("db-0");
    assertThat(pods.nodeOf("db-0")).isNotEqualTo(node);
    assertThat(pods.run("db-0", "cat /data/what")).isEqualTo("files");
    assertThat(pods.run("db-0", "head -c 3 /dev/xvda")).isEqualTo("raw");
  }

  private String pod(String name, String where, String... claims) {
    return Yaml.pod(name, cluster.settings().image(), where, Yaml.WAIT, claims);
  }
}
