package cn.ucloud.csi.udisk.it.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The driver's processes are killed while they are at work. */
class KilledE2e {
  private static final int STORM = 50;

  /** Numbered lines, each of them after eight MiB, and all of it on the disk. */
  private static final String WRITE =
      "trap exit TERM; i=0; if [ -e /data/log ]; then i=$(wc -l </data/log); fi; "
          + "while :; do dd if=/dev/zero of=/data/much bs=1M count=8 conv=fsync 2>/dev/null; "
          + "i=$((i + 1)); echo $i >>/data/log; sync; done";

  @RegisterExtension final RealCluster cluster = new RealCluster();

  private final Claims claims = cluster.claims();
  private final Pods pods = cluster.pods();

  @Test
  void aStormOfClaimsOutlivesTheControllerAndNoDiskIsLeft() {
    cluster.createClass("now", Map.of(), "Delete", "Immediate");
    IntStream.range(0, STORM)
        .forEach(i -> cluster.apply(Yaml.claim("data-" + i, cluster.classOf("now"))));
    claims.awaitBound(STORM / 10);
    killLeader();
    claims.awaitBound(STORM);
    claims.deleteAll();
    RealCluster.eventually().until(() -> claims.volumes().size() < STORM);
    killLeader();
    claims.awaitNoVolumes();
  }

  @Test
  void anAttachIsFinishedByTheControllerAfterTheOneThatWasKilledInIt() throws IOException {
    cluster
        .region()
        .ifPresent(region -> {
          cluster.afterwards(region::release);
          region.holdNextAnswer("AttachUDisk");
        });
    cluster.examples().apply("claim-and-pod.yaml");
    await()
        .pollInterval(Duration.ofMillis(50))
        .until(() ->
            claims.attachmentsOf("data").findAny().isPresent()
                && cluster.region().map(Region::holdsAnAnswer).orElse(true));
    killLeader();
    cluster.region().ifPresent(Region::release);
    assertThat(claims.attachmentsOf("data"))
        .as("the attachment, which must not be done before the kill")
        .noneMatch(found -> Boolean.TRUE.equals(found.getStatus().getAttached()));
    pods.awaitReady("app");
  }

  private void killLeader() {
    cluster.say(cluster.processes().killLeader() + ", which acted, is killed");
  }

  @Test
  void aPodGoesOnWritingWhileItsNodesPluginIsKilled() {
    cluster.apply(Yaml.claim("data", cluster.classOf("Delete")));
    cluster.apply(writer());
    pods.awaitReady("writer");
    awaitLines(3);
    cluster.processes().killNodePlugin(pods.nodeOf("writer"));
    cluster.say("the node plugin is killed");
    awaitLines(lines() + 10);
    pods.delete("writer");
    cluster.apply(writer());
    pods.awaitReady("writer");
    awaitLines(lines() + 3);
    assertThat(pods.run("writer", "awk '$1 != NR {print}' /data/log")).as("lost lines").isEmpty();
  }

  private String writer() {
    return Yaml.pod("writer", cluster.settings().image(), Yaml.ANYWHERE, WRITE, "data");
  }

  private int lines() {
    return Integer.parseInt(pods.run("writer", "cat /data/log 2>/dev/null | wc -l"));
  }

  private void awaitLines(int count) {
    RealCluster.eventually().until(() -> lines() >= count);
    cluster.say("the pod has written " + count + " lines");
  }
}
