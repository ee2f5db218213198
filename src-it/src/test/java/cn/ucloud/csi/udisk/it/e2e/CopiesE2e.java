package cn.ucloud.csi.udisk.it.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Snapshots, what is restored from them, and clones. */
class CopiesE2e {
  private final RealCluster cluster = new RealCluster(Settings.read());

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void aSnapshotOfAMountedVolumeIsRestoredInALargerOne() throws IOException {
    cluster.applyExample("claim-and-pod.yaml");
    cluster.awaitReady("app");
    cluster.run("app", "echo before >/data/when; sync");
    cluster.applyExample("snapshot.yaml");
    cluster.awaitSnapshot("data-1");
    cluster.run("app", "echo after >/data/when; sync");
    cluster.applyExample("restore.yaml");
    cluster.awaitReady("restored");
    assertThat(cluster.run("restored", "cat /data/when")).isEqualTo("before");
    assertThat((double) cluster.kibOf("restored"))
        .as("30 GiB for 20 GiB")
        .isGreaterThan(1.3 * cluster.kibOf("app"));
  }

  @Test
  void aCloneHasWhatItsSourceHadAndALifeOfItsOwn() throws IOException {
    cluster.applyExample("claim-and-pod.yaml");
    cluster.awaitReady("app");
    cluster.run("app", "echo source >/data/who; sync");
    cluster.deletePod("app");
    cluster.awaitDetached("data");
    cluster.applyExample("clone.yaml");
    cluster.awaitReady("clone");
    assertThat(cluster.run("clone", "cat /data/who")).isEqualTo("source");
    cluster.run("clone", "echo clone >/data/who; sync");
    cluster.applyPodsOf("claim-and-pod.yaml");
    cluster.awaitReady("app");
    assertThat(cluster.run("app", "cat /data/who")).isEqualTo("source");
  }
}
