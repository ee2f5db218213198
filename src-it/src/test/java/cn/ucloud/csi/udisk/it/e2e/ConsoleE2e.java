package cn.ucloud.csi.udisk.it.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the cloud and hands in its console do to disks in use. */
class ConsoleE2e {
  /** A process compares the region with the cluster every ten minutes, by default. */
  private static final Duration A_ROUND = Duration.ofMinutes(15);

  @RegisterExtension final RealCluster cluster = new RealCluster();

  private final Pods pods = cluster.pods();

  @Test
  void aDiskThatIsDetachedInTheConsoleIsAttachedAgainAndItsNextPodHasItsData() throws IOException {
    Region region = cluster.requireRegion();
    cluster.examples().apply("claim-and-pod.yaml");
    pods.awaitReady("app");
    pods.run("app", "echo kept >/data/what; sync");
    String disk = cluster.claims().diskOf("data");
    region.detach(disk);
    cluster.say("detached in the console");
    cluster.awaitEvent("app", "DetachedOutsideKubernetes", disk);
    cluster.awaitEvent("app", "AttachedAgain", disk);
    pods.delete("app");
    cluster.examples().applyPodsOf("claim-and-pod.yaml");
    pods.awaitReady("app");
    assertThat(pods.run("app", "cat /data/what")).isEqualTo("kept");
  }

  @Test
  void aDiskWhoseLetterIsNotTheOneThatTheCloudTellsIsNotTakenForAnother() {
    Region region = cluster.requireRegion();
    cluster.apply(Yaml.claim("first", cluster.classOf("Delete")));
    cluster.apply(Yaml.claim("second", cluster.classOf("Delete")));
    cluster.apply(pod("first", Yaml.ANYWHERE, "first"));
    pods.awaitReady("first");
    pods.run("first", "echo first >/data/who; sync");
    String there = Yaml.where(Nodes.HOST_NAME, pods.nodeOf("first"));
    String host = region.attachmentOf(cluster.claims().diskOf("first")).path("hostId").asText();

    region.nameNextDisk(host, "vdz");
    cluster.apply(pod("second", there, "second"));
    pods.awaitReady("second");
    JsonNode second = region.attachmentOf(cluster.claims().diskOf("second"));
    assertThat(second.path("kernelName").asText()).isEqualTo("vdz");
    cluster.say(
        "the cloud says %s of a disk that is vdz".formatted(second.path("deviceName").asText()));
    pods.run("second", "echo second >/data/who; sync");

    pods.delete("second");
    cluster.claims().awaitDetached("second");
    cluster.apply(pod("second", there, "second"));
    pods.awaitReady("second");
    assertThat(pods.run("first", "cat /data/who")).isEqualTo("first");
    assertThat(pods.run("second", "cat /data/who")).isEqualTo("second");
  }

  @Test
  void aDiskThatWillBeDestroyedUnpaidIsToldWhereItsClaimAndItsPodAreLookedAt() {
    Region region = cluster.requireRegion();
    cluster.apply(Yaml.claim("soon", cluster.classOf("Delete")));
    cluster.apply(Yaml.claim("unpaid", cluster.classOf("Delete")));
    cluster.apply(
        Yaml.pod("app", cluster.settings().image(), Yaml.ANYWHERE, Yaml.WAIT, "soon", "unpaid"));
    pods.awaitReady("app");
    String soon = cluster.claims().diskOf("soon");
    String unpaid = cluster.claims().diskOf("unpaid");
    region.pay(soon, Instant.now().plus(Duration.ofHours(49)));
    region.pay(unpaid, Instant.now().minus(Duration.ofHours(1)));
    cluster.say(cluster.processes().killLeader() + " is killed: its successor reads the bills");
    cluster.awaitEvent("soon", "DiskExpires", soon + " is paid for until", A_ROUND);
    cluster.awaitEvent("unpaid", "DiskExpired", unpaid + " is unpaid since");
    cluster.awaitEvent("app", "DiskExpires", soon + " is paid for until");
    cluster.awaitEvent("app", "DiskExpired", unpaid + " is unpaid since");
  }

  @Test
  void aDiskIsLabelledAsItsClassSaysAndFollowsItsClaim() {
    Region region = cluster.requireRegion();
    cluster.createClass(
        "labelled",
        Map.of("labels", "team=${pvc.labels.team},claim=${pvc.namespace}.${pvc.name}"),
        "Delete",
        "Immediate");
    cluster.apply(Yaml.claim("data", cluster.classOf("labelled")));
    cluster.claims().awaitBound(1);
    String disk = cluster.claims().diskOf("data");
    Map<String, String> named = Map.of("claim", cluster.namespace() + ".data");
    RealCluster.eventually().until(() -> region.labelsOf(disk).equals(named));
    cluster.say("the disk is labelled with " + named);
    cluster.claims().label("data", Map.of("team", "red"));
    RealCluster.eventually()
        .timeout(A_ROUND)
        .until(() -> "red".equals(region.labelsOf(disk).get("team")));
    cluster.say("the disk follows its claim: " + region.labelsOf(disk));
    assertThat(region.labelsOf(disk)).containsAllEntriesOf(named);
  }

  private String pod(String name, String where, String claim) {
    return Yaml.pod(name, cluster.settings().image(), where, Yaml.WAIT, claim);
  }
}
