package cn.ucloud.csi.udisk.it.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Snapshots, what is restored from them, and clones. */
class CopiesE2e {
  @RegisterExtension final RealCluster cluster = new RealCluster();

  private final Pods pods = cluster.pods();

  @Test
  void aSnapshotOfAMountedVolumeIsRestoredInOneOfItsSizeAndInALargerOne() throws IOException {
    cluster.examples().apply("claim-and-pod.yaml");
    pods.awaitReady("app");
    pods.run("app", "echo before >/data/when; sync");
    cluster.examples().apply("snapshot.yaml");
    cluster.claims().awaitSnapshot("data-1");
    pods.run("app", "echo after >/data/when; sync");
    cluster.examples().apply("restore.yaml");
    cluster.apply(
        """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: same}
        spec:
          storageClassName: %s
          dataSource: {apiGroup: snapshot.storage.k8s.io, kind: VolumeSnapshot, name: data-1}
          accessModes: [ReadWriteOnce]
          resources: {requests: {storage: 20Gi}}
        """
            .formatted(cluster.classOf("Delete")));
    cluster.apply(Yaml.pod("same", cluster.settings().image(), Yaml.ANYWHERE, Yaml.WAIT, "same"));
    pods.awaitReady("restored");
    pods.awaitReady("same");
    assertThat(pods.run("same", "cat /data/when")).isEqualTo("before");
    assertThat(pods.run("restored", "cat /data/when")).isEqualTo("before");
    assertThat((double) pods.kibOf("restored"))
        .as("30 GiB for 20 GiB")
        .isGreaterThan(1.3 * pods.kibOf("app"));
  }

  @Test
  void aVolumeIsClonedWhileItsPodGoesOn() throws IOException {
    cluster.examples().apply("claim-and-pod.yaml");
    pods.awaitReady("app");
    pods.run("app", "echo source >/data/who; sync");
    cluster.examples().apply("clone.yaml");
    pods.awaitReady("clone");
    assertThat(pods.run("clone", "cat /data/who")).isEqualTo("source");
    pods.run("clone", "echo clone >/data/who; sync");
    assertThat(pods.run("app", "cat /data/who")).isEqualTo("source");
  }

  @Test
  void aCloneHasWhatItsSourceHadAndALifeOfItsOwn() throws IOException {
    cluster.examples().apply("claim-and-pod.yaml");
    pods.awaitReady("app");
    pods.run("app", "echo source >/data/who; sync");
    pods.delete("app");
    cluster.claims().awaitDetached("data");
    cluster.examples().apply("clone.yaml");
    pods.awaitReady("clone");
    assertThat(pods.run("clone", "cat /data/who")).isEqualTo("source");
    pods.run("clone", "echo clone >/data/who; sync");
    cluster.examples().applyPodsOf("claim-and-pod.yaml");
    pods.awaitReady("app");
    assertThat(pods.run("app", "cat /data/who")).isEqualTo("source");
  }
}
