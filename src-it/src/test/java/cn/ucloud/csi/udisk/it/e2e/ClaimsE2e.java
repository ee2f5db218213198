package cn.ucloud.csi.udisk.it.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import java.io.IOException;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Claims: many at once, wrong ones, and disks that outlive them. */
class ClaimsE2e {
  private static final int MANY = 100;

  @RegisterExtension final RealCluster cluster = new RealCluster();

  private final Claims claims = cluster.claims();
  private final Pods pods = cluster.pods();

  @Test
  void aHundredClaimsAtOnceAreBoundAndTheirDisksGoWithThem() {
    cluster.createClass("now", Map.of(), "Delete", "Immediate");
    IntStream.range(0, MANY)
        .forEach(i -> cluster.apply(Yaml.claim("data-" + i, cluster.classOf("now"))));
    cluster.say(MANY + " claims are made");
    claims.awaitBound(MANY);
    claims.deleteAll();
    claims.awaitNoVolumes();
  }

  @Test
  void whatIsWrongIsSaidWhereTheClaimIsLookedAt() {
    wrong("type", Map.of("type", "floppy"), "floppy");
    wrong("parameter", Map.of("colour", "blue"), "unknown key 'colour'");
    wrong("filesystem", Map.of("fsType", "ntfs"), "ntfs");
    cluster.createClass("now", Map.of(), "Delete", "Immediate");
    cluster.apply(Yaml.claim("shared", cluster.classOf("now"), "ReadWriteMany", "20Gi"));
    cluster.awaitEvent("shared", "ProvisioningFailed", "MULTI_NODE_MULTI_WRITER");
    cluster.apply(Yaml.claim("huge", cluster.classOf("now"), "ReadWriteOnce", "900Ti"));
    cluster.awaitEvent("huge", "ProvisioningFailed", "OutOfRange");
    assertThat(claims.volumes()).isEmpty();
  }

  private void wrong(String what, Map<String, String> parameters, String text) {
    cluster.createClass(what, parameters, "Delete", "Immediate");
    cluster.apply(Yaml.claim(what, cluster.classOf(what)));
    cluster.awaitEvent(what, "ProvisioningFailed", text);
  }

  @Test
  void aRetainedDiskIsMountedAgainByAHandMadeVolume() throws IOException {
    String volume = retain();
    String disk =
        cluster
            .client()
            .persistentVolumes()
            .withName(volume)
            .require()
            .getSpec()
            .getCsi()
            .getVolumeHandle();
    cluster.client().persistentVolumes().withName(volume).delete();
    cluster.examples().applyStaticDisk("static-disk.yaml", disk);
    cluster.apply(pod("again", "old-data"));
    pods.awaitReady("again");
    assertThat(pods.run("again", "cat /data/what")).isEqualTo("kept");
  }

  @Test
  void aReleasedVolumeIsBoundAgainToANewClaim() throws IOException {
    String volume = retain();
    cluster
        .client()
        .persistentVolumes()
        .withName(volume)
        .edit(found -> {
          found
              .getSpec()
              .setClaimRef(
                  new ObjectReferenceBuilder()
                      .withNamespace(cluster.namespace())
                      .withName("data-again")
                      .build());
          return found;
        });
    cluster.apply(Yaml.claim("data-again", cluster.classOf("Retain")));
    cluster.apply(pod("again", "data-again"));
    pods.awaitReady("again");
    assertThat(claims.findVolumeOf("data-again")).contains(volume);
    assertThat(pods.run("again", "cat /data/what")).isEqualTo("kept");
  }

  /** A volume with a file on it, whose claim has been deleted. */
  private String retain() throws IOException {
    cluster.examples().apply("claim-and-pod.yaml", "Retain");
    pods.awaitReady("app");
    pods.run("app", "echo kept >/data/what; sync");
    String volume = claims.findVolumeOf("data").orElseThrow();
    pods.delete("app");
    claims.deleteAll();
    RealCluster.eventually().until(() -> "Released".equals(claims.phaseOfVolume(volume)));
    cluster.say("the volume is released");
    return volume;
  }

  private String pod(String name, String claim) {
    return Yaml.pod(name, cluster.settings().image(), Yaml.ANYWHERE, Yaml.WAIT, claim);
  }
}
