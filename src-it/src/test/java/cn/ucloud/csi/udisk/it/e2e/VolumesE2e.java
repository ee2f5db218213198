package cn.ucloud.csi.udisk.it.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Volumes and the pods that use them. */
class VolumesE2e {
  private final RealCluster cluster = new RealCluster(Settings.read());

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void eachReplicaKeepsItsDataWhenItsPodIsMadeAnew() throws IOException {
    cluster.applyExample("statefulset.yaml");
    cluster.awaitReady("db-0");
    cluster.awaitReady("db-1");
    cluster.run("db-0", "echo zero >/data/who; sync");
    cluster.run("db-1", "echo one >/data/who; sync");
    cluster.deletePod("db-0");
    cluster.awaitReady("db-0");
    assertThat(cluster.run("db-0", "cat /data/who")).isEqualTo("zero");
    assertThat(cluster.run("db-1", "cat /data/who")).isEqualTo("one");
  }

  @Test
  void aVolumeGrowsWhileAPodUsesIt() throws IOException {
    cluster.applyExample("claim-and-pod.yaml");
    cluster.awaitReady("app");
    double before = cluster.kibOf("app");
    cluster.grow("data", "40Gi");
    RealCluster.eventually().until(() -> cluster.kibOf("app") > 1.5 * before);
  }

  @Test
  void aRawVolumeHoldsWhatWasWrittenWhenItsPodIsMadeAnew() throws IOException {
    cluster.applyExample("raw-block.yaml");
    cluster.awaitReady("raw");
    cluster.run("raw", "echo raw | dd of=/dev/xvda bs=4096 conv=sync,fsync 2>/dev/null");
    cluster.deletePod("raw");
    cluster.applyPodsOf("raw-block.yaml");
    cluster.awaitReady("raw");
    assertThat(cluster.run("raw", "head -c 3 /dev/xvda")).isEqualTo("raw");
  }

  @Test
  void anEphemeralVolumeGoesWithItsPod() throws IOException {
    cluster.applyExample("ephemeral.yaml");
    cluster.awaitReady("scratch");
    cluster.run("scratch", "echo x >/scratch/x");
    cluster.deletePod("scratch");
    RealCluster.eventually().until(() -> cluster.volumes().isEmpty());
  }
}
