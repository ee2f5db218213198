package cn.ucloud.csi.udisk.it.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Claims: many at once, wrong ones, and disks that outlive them. */
class ClaimsE2e {
  private static final int MANY = 100;

  private final Settings settings = Settings.read();
  private final RealCluster cluster = new RealCluster(settings);

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void aHundredClaimsAtOnceAreBoundAndAreGoneWhenTheyAreDeleted() {
    cluster.createClass("now", settings.type(), "Delete", "Immediate");
    IntStream.range(0, MANY).forEach(i -> cluster.apply(claim("data-" + i, "now")));
    RealCluster.eventually().until(() -> cluster.volumes().size() == MANY);
    cluster.say(MANY + " claims are bound");
    cluster.client().persistentVolumeClaims().inNamespace(cluster.namespace()).delete();
    RealCluster.eventually().until(() -> cluster.volumes().isEmpty());
    cluster.say("their disks are gone");
  }

  @Test
  void whatIsWrongWithAClassIsSaidWhereTheClaimIsLookedAt() {
    cluster.createClass("wrong", "floppy", "Delete", "Immediate");
    cluster.apply(claim("data", "wrong"));
    cluster.awaitEvent("data", "ProvisioningFailed", "floppy");
  }

  @Test
  void aRetainedDiskIsMountedAgainByAHandMadeVolume() throws IOException {
    cluster.applyExample("claim-and-pod.yaml", "Retain");
    cluster.awaitReady("app");
    cluster.run("app", "echo kept >/data/what; sync");
    String volume = cluster.claim("data").getSpec().getVolumeName();
    String disk = cluster.diskOf("data");
    cluster.deletePod("app");
    cluster.client().persistentVolumeClaims().inNamespace(cluster.namespace()).delete();
    RealCluster.eventually().until(() -> "Released".equals(cluster.phaseOf(volume)));
    cluster.client().persistentVolumes().withName(volume).delete();
    cluster.applyStaticDisk("static-disk.yaml", disk);
    cluster.apply(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: again}
        spec:
          containers:
          - {name: app, image: "%s", command: [sh, -c, "trap exit TERM; while :; do sleep 1; done"],
             volumeMounts: [{name: data, mountPath: /data}]}
          volumes: [{name: data, persistentVolumeClaim: {claimName: old-data}}]
        """
            .formatted(settings.image()));
    cluster.awaitReady("again");
    assertThat(cluster.run("again", "cat /data/what")).isEqualTo("kept");
  }

  private String claim(String name, String kind) {
    return """
    apiVersion: v1
    kind: PersistentVolumeClaim
    metadata: {name: %s}
    spec:
      storageClassName: %s
      accessModes: [ReadWriteOnce]
      resources: {requests: {storage: 20Gi}}
    """
        .formatted(name, cluster.classOf(kind));
  }
}
