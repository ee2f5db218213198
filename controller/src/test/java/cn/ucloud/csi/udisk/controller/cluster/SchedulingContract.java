package cn.ucloud.csi.udisk.controller.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.Topology;
import cn.ucloud.csi.udisk.controller.model.Claim;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the driver's tests rely on in {@link Scheduling}, of one claim and the nodes. */
public abstract class SchedulingContract {
  private static final String EARLIER = "6a9c1f0e-0000-4000-8000-000000000001";
  private static final String LATER = "6a9c1f0e-0000-4000-8000-000000000002";
  private static final Map<String, String> HERE =
      Map.of(Topology.REGION_KEY, "cn-bj2", Topology.ZONE_KEY, "cn-bj2-02");
  private static final Map<String, String> THERE =
      Map.of(Topology.REGION_KEY, "cn-bj2", Topology.ZONE_KEY, "cn-bj2-05");

  protected abstract Scheduling scheduling();

  /**
   * A Node is there.
   *
   * @param instance empty if it is not written on the node
   */
  protected abstract void node(
      String name, Optional<String> instance, Map<String, String> segments);

  /** A VolumeSnapshot that is not ready. */
  protected abstract void snapshot(String uid);

  /**
   * The claim is there, a new one if there was one before.
   *
   * @param node on which its pod was placed
   * @return its UID
   */
  protected abstract String claim(Optional<String> node);

  protected abstract void deleteClaim();

  /** This process begins to act, and knows what there is. */
  protected abstract void begin();

  /** The API server does not answer any more. */
  protected abstract void away();

  private static Claim of(String uid) {
    return new Claim("shop", "data-0", "pvc-" + uid);
  }

  @Test
  void aClaimThatIsNotThereWasPlacedNowhereAndWaitsForNothing() {
    begin();
    assertThat(scheduling().findSelectedNode(of(LATER))).isEmpty();
    assertThat(scheduling().isImmediate(of(LATER))).isFalse();
    assertThat(scheduling().isNew(of(LATER))).isFalse();
    assertThat(scheduling().isGone(of(LATER))).isTrue();
  }

  @Test
  void aClaimThatWasPlacedNowhereIsImmediate() {
    begin();
    Claim claim = of(claim(Optional.empty()));
    assertThat(scheduling().findSelectedNode(claim)).isEmpty();
    assertThat(scheduling().isImmediate(claim)).isTrue();
  }

  @Test
  void aClaimThatWasPlacedTellsItsNode() {
    node("10.9.0.1", Optional.of("uhost-a"), HERE);
    begin();
    Claim claim = of(claim(Optional.of("10.9.0.1")));
    assertThat(scheduling().findSelectedNode(claim))
        .hasValue(new SelectedNode(Optional.of(new NodeId("uhost-a")), HERE));
    assertThat(scheduling().isImmediate(claim)).isFalse();
  }

  @Test
  void aNodeMaySayNothingOfItself() {
    node("10.9.0.1", Optional.empty(), Map.of());
    begin();
    assertThat(scheduling().findSelectedNode(of(claim(Optional.of("10.9.0.1")))))
        .hasValue(new SelectedNode(Optional.empty(), Map.of()));
  }

  @Test
  void aClaimThatWasPlacedOnANodeThatIsGoneIsNotImmediate() {
    begin();
    Claim claim = of(claim(Optional.of("10.9.0.9")));
    assertThat(scheduling().findSelectedNode(claim)).isEmpty();
    assertThat(scheduling().isImmediate(claim)).isFalse();
  }

  @Test
  void segmentsAreThoseThatContainWhatIsAskedEachOnceInTheOrderOfTheNodesNames() {
    node("c", Optional.of("uhost-c"), HERE);
    node("b", Optional.empty(), THERE);
    node("a", Optional.of("uhost-a"), HERE);
    begin();
    assertThat(scheduling().segmentsOfNodes(Map.of(Topology.REGION_KEY, "cn-bj2")))
        .containsExactly(HERE, THERE);
    assertThat(scheduling().segmentsOfNodes(THERE)).containsExactly(THERE);
    assertThat(scheduling().segmentsOfNodes(Map.of(Topology.REGION_KEY, "hk"))).isEmpty();
  }

  @Test
  void onlyAClaimThatCameLaterIsNew() {
    String before = claim(Optional.empty());
    begin();
    assertThat(scheduling().isNew(of(before))).isFalse();
    String after = claim(Optional.empty());
    assertThat(scheduling().isNew(of(after))).isTrue();
    assertThat(scheduling().isNew(of(before))).as("of the one that had its name").isFalse();
  }

  @Test
  void aClaimIsGoneWhenNoneOrALaterOneHasItsName() {
    begin();
    String first = claim(Optional.empty());
    assertThat(scheduling().isGone(of(first))).isFalse();
    assertThat(scheduling().isGone(new Claim("shop", "data-0", "pvc-1"))).as("no UID").isFalse();
    claim(Optional.empty());
    assertThat(scheduling().isGone(of(first))).isTrue();
    deleteClaim();
    assertThat(scheduling().isGone(of(first))).isTrue();
    assertThat(scheduling().isGone(new Claim("shop", "data-0", "pvc-1"))).isTrue();
  }

  @Test
  void onlyASnapshotThatCameLaterIsNew() {
    snapshot(EARLIER);
    assertThat(scheduling().isNewSnapshot(name(LATER))).as("not known yet").isFalse();
    begin();
    assertThat(scheduling().isNewSnapshot(name(LATER))).isTrue();
    assertThat(scheduling().isNewSnapshot(name(EARLIER))).isFalse();
    assertThat(scheduling().isNewSnapshot("by-hand_uk8s-x")).as("no UID").isFalse();
  }

  private static String name(String uid) {
    return "snapshot-" + uid + "_uk8s-x";
  }

  @Test
  void whatTheApiServerDoesNotSayNowIsNotConcludedAndWhatWasWatchedIsKnown() {
    node("a", Optional.of("uhost-a"), HERE);
    begin();
    Claim claim = of(claim(Optional.of("a")));
    away();
    assertThatThrownBy(() -> scheduling().findSelectedNode(claim)).isInstanceOf(Unavailable.class);
    assertThatThrownBy(() -> scheduling().isImmediate(claim)).isInstanceOf(Unavailable.class);
    assertThatThrownBy(() -> scheduling().isNew(claim)).isInstanceOf(Unavailable.class);
    assertThatThrownBy(() -> scheduling().isGone(claim)).isInstanceOf(Unavailable.class);
    assertThat(scheduling().segmentsOfNodes(Map.of())).contains(HERE);
    assertThat(scheduling().isNewSnapshot(name(LATER))).isTrue();
  }
}
