package cn.ucloud.csi.udisk.it.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Volumes and the pods that use them. */
class VolumesE2e {
  @RegisterExtension final RealCluster cluster = new RealCluster();

  private final Pods pods = cluster.pods();

  @Test
  void eachReplicaKeepsItsDataWhenItsPodIsMadeAnew() throws IOException {
    cluster.examples().apply("statefulset.yaml");
    pods.awaitReady("db-0");
    pods.awaitReady("db-1");
    pods.run("db-0", "echo zero >/data/who; sync");
    pods.run("db-1", "echo one >/data/who; sync");
    pods.delete("db-0");
    pods.awaitReady("db-0");
    assertThat(pods.run("db-0", "cat /data/who")).isEqualTo("zero");
    assertThat(pods.run("db-1", "cat /data/who")).isEqualTo("one");
  }

  @Test
  void aReplicaKeepsItsFilesystemAndItsRawDisk() {
    cluster.apply(
        Yaml.statefulSet(cluster.settings().image(), Yaml.ANYWHERE, cluster.classOf("Delete")));
    pods.awaitReady("db-0");
    pods.run("db-0", "echo files >/data/what; sync");
    pods.run("db-0", "echo raw | dd of=/dev/xvda bs=4096 conv=sync,fsync 2>/dev/null");
    pods.delete("db-0");
    pods.awaitReady("db-0");
    assertThat(pods.run("db-0", "cat /data/what")).isEqualTo("files");
    assertThat(pods.run("db-0", "head -c 3 /dev/xvda")).isEqualTo("raw");
  }

  @Test
  void aVolumeGrowsWhileAPodUsesIt() throws IOException {
    cluster.examples().apply("claim-and-pod.yaml");
    pods.awaitReady("app");
    double before = pods.kibOf("app");
    cluster.claims().grow("data", "40Gi");
    RealCluster.eventually().until(() -> pods.kibOf("app") > 1.5 * before);
  }

  @Test
  void aRawVolumeHoldsWhatWasWrittenWhenItsPodIsMadeAnew() throws IOException {
    cluster.examples().apply("raw-block.yaml");
    pods.awaitReady("raw");
    pods.run("raw", "echo raw | dd of=/dev/xvda bs=4096 conv=sync,fsync 2>/dev/null");
    pods.delete("raw");
    cluster.examples().applyPodsOf("raw-block.yaml");
    pods.awaitReady("raw");
    assertThat(pods.run("raw", "head -c 3 /dev/xvda")).isEqualTo("raw");
  }

  @Test
  void anEphemeralVolumeGoesWithItsPod() throws IOException {
    cluster.examples().apply("ephemeral.yaml");
    pods.awaitReady("scratch");
    pods.run("scratch", "echo x >/scratch/x");
    pods.delete("scratch");
    cluster.claims().awaitNoVolumes();
  }
}
