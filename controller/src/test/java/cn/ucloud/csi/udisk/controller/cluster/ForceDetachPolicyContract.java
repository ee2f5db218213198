package cn.ucloud.csi.udisk.controller.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.model.Claim;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the driver's tests rely on in {@link ForceDetachPolicy}. */
public abstract class ForceDetachPolicyContract {
  private static final VolumeId DISK = new VolumeId("bsm-1");
  private static final NodeId HOST = new NodeId("uhost-a");

  protected abstract ForceDetachPolicy policy();

  /** A node that is this host, and is called as it. */
  protected abstract void node(String host, boolean isReady);

  /** A VolumeAttachment has the disk on that node. */
  protected abstract void attachment(String name, String disk, String host);

  /** The kubelet of the node, which was there before, has the disk in use. */
  protected abstract void use(String disk, String host);

  /**
   * The claim is there, and bound to no volume.
   *
   * @return its UID
   */
  protected abstract String claim();

  /** It is bound, whether its volume is there or not. */
  protected abstract void bind(String volume);

  protected abstract void volume(String name, String disk);

  /** The API server does not answer any more. */
  protected abstract void away();

  private static Claim of(String uid) {
    return new Claim("shop", "data-0", "pvc-" + uid);
  }

  @Test
  void aHostThatIsNoNodeIsLeftAlone() {
    node("uhost-b", true);
    assertThat(toLeave()).hasValue("no node of this cluster is known to be that host");
    assertThat(policy().isReady(HOST)).isFalse();
  }

  @Test
  void aNodeWithoutATraceOfTheDiskLosesIt() {
    node("uhost-a", true);
    node("uhost-b", true);
    attachment("va-2", "bsm-2", "uhost-a");
    attachment("va-1", "bsm-1", "uhost-b");
    use("bsm-2", "uhost-a");
    assertThat(toLeave()).isEmpty();
  }

  @Test
  void anAttachmentOfTheDiskThereKeepsItThere() {
    node("uhost-a", true);
    attachment("va-1", "bsm-1", "uhost-a");
    assertThat(toLeave()).hasValue("VolumeAttachment va-1 has it there");
  }

  @Test
  void aDiskThatKubeletHasInUseIsLeftThere() {
    node("uhost-a", true);
    use("bsm-1", "uhost-a");
    assertThat(toLeave()).hasValue("kubelet says that node uhost-a uses it");
  }

  @Test
  void aHostIsReadyByItsNodeAlone() {
    node("uhost-a", false);
    node("uhost-b", true);
    assertThat(policy().isReady(HOST)).isFalse();
    assertThat(policy().isReady(new NodeId("uhost-b"))).isTrue();
  }

  @Test
  void aDiskThatNoVolumeNamesIsNotKeptForAClaimThatWaits() {
    volume("pv-2", "bsm-2");
    assertThat(toKeep(of(claim()))).isEmpty();
  }

  @Test
  void aClaimThatIsGoneKeepsIt() {
    assertThat(toKeep(of("1"))).hasValue("claim shop/data-0 does not exist");
  }

  @Test
  void aLaterClaimOfTheNameKeepsIt() {
    claim();
    assertThat(toKeep(of("of-another-one")))
        .hasValue("claim shop/data-0 is not the one that pvc-of-another-one was made for");
  }

  @Test
  void aClaimThatIsBoundKeepsIt() {
    Claim claim = of(claim());
    bind("pv-gone");
    assertThat(toKeep(claim)).hasValue("claim shop/data-0 is bound to volume pv-gone");
  }

  @Test
  void aVolumeThatNamesTheDiskKeepsIt() {
    volume("pv-a", "bsm-1");
    assertThat(toKeep(of(claim()))).hasValue("persistent volume pv-a may be of it");
  }

  @Test
  void aVolumeThatHasTheClaimsNameKeepsIt() {
    Claim claim = of(claim());
    volume(claim.volume(), "bsm-9");
    assertThat(toKeep(claim)).hasValue("persistent volume " + claim.volume() + " may be of it");
  }

  @Test
  void whatTheApiServerDoesNotSayNowIsNoProof() {
    node("uhost-a", true);
    Claim claim = of(claim());
    away();
    assertThatThrownBy(this::toLeave).isInstanceOf(Unavailable.class);
    assertThatThrownBy(() -> toKeep(claim)).isInstanceOf(Unavailable.class);
    assertThatThrownBy(() -> policy().isReady(HOST)).isInstanceOf(Unavailable.class);
  }

  private Optional<String> toLeave() {
    return policy().findReasonToLeave(DISK, HOST.value());
  }

  private Optional<String> toKeep(Claim claim) {
    return policy().findReasonToKeep(DISK, claim);
  }
}
