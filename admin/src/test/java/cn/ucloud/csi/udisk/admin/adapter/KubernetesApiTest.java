package cn.ucloud.csi.udisk.admin.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import cn.ucloud.csi.udisk.admin.facts.Facts.Gap;
import cn.ucloud.csi.udisk.admin.fixture.FakeCluster;
import cn.ucloud.csi.udisk.admin.fixture.Trouble;
import cn.ucloud.csi.udisk.admin.port.Unreadable;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever an API server answers, a list is whole or is said not to be. */
class KubernetesApiTest {
  private static final String CLASSES = "/apis/storage.k8s.io/v1/storageclasses";
  private static final String CONTENTS = "/apis/snapshot.storage.k8s.io/v1/volumesnapshotcontents";

  private static final Map<Trouble, Gap.Kind> KINDS =
      Map.of(
          Trouble.UNAUTHORIZED, Gap.Kind.NOT_PERMITTED,
          Trouble.FORBIDDEN, Gap.Kind.NOT_PERMITTED,
          Trouble.EXPIRED, Gap.Kind.NOT_ASKED,
          Trouble.NO_JSON, Gap.Kind.ODD,
          Trouble.NO_LIST, Gap.Kind.ODD,
          Trouble.NOT_FOUND, Gap.Kind.ODD);

  private final FakeCluster cluster =
      FakeCluster.start(InstantSource.fixed(Instant.parse("2026-11-30T12:00:00Z")));

  @BeforeEach
  void fill() {
    for (String name : List.of("a", "b", "c")) {
      cluster.put(
          """
          {apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: %s}, provisioner: p}
          """
              .formatted(name));
    }
    cluster.pagesOf(1);
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  private List<String> names(String path) throws Unreadable {
    List<String> names = new ArrayList<>();
    cluster.api().forEach(path, object -> names.add(object.at("/metadata/name").asText()));
    return names;
  }

  @Test
  void aListOfManyPagesIsReadToItsEnd() throws Unreadable {
    assertThat(names(CLASSES)).containsExactly("a", "b", "c");
  }

  @ParameterizedTest
  @EnumSource
  void aListThatCannotBeReadIsNoEmptyList(Trouble trouble) {
    cluster.trouble(CLASSES, 0, trouble);
    assertGap(trouble);
  }

  @ParameterizedTest
  @EnumSource
  void aListThatBreaksInTheMiddleIsNoShorterList(Trouble trouble) {
    cluster.trouble(CLASSES, 2, trouble);
    assertGap(trouble);
  }

  private void assertGap(Trouble trouble) {
    Unreadable refused = catchThrowableOfType(Unreadable.class, () -> names(CLASSES));
    assertThat(refused).isNotNull();
    assertThat(refused.gap().what()).isEqualTo("storageclasses");
    assertThat(refused.gap().kind())
        .isEqualTo(KINDS.getOrDefault(trouble, Gap.Kind.CLUSTER_UNREACHABLE));
    if (trouble.code() != 200) {
      assertThat(refused.gap().why()).contains(String.valueOf(trouble.code()));
    }
  }

  @Test
  void ofAKindThatNobodyInstalledThereAreNone() throws Unreadable {
    assertThat(names(CONTENTS)).isEmpty();
  }

  @Test
  void aKindThatDisappearsWhileItIsListedIsNotEmpty() {
    for (String name : List.of("a", "b")) {
      cluster.put(
          """
          {apiVersion: snapshot.storage.k8s.io/v1, kind: VolumeSnapshotContent, metadata: {name: %s}}
          """
              .formatted(name));
    }
    cluster.trouble(CONTENTS, 1, Trouble.NOT_FOUND);
    assertThat(catchThrowableOfType(Unreadable.class, () -> names(CONTENTS))).isNotNull();
  }

  @Test
  void anObjectThatIsNotThereIsAbsent() throws Unreadable {
    assertThat(cluster.api().find(CLASSES + "/none")).isEmpty();
    assertThat(cluster.api().find(CLASSES + "/a")).isPresent();
  }

  @ParameterizedTest
  @EnumSource
  void anObjectThatCannotBeReadIsNotAbsent(Trouble trouble) {
    cluster.trouble(CLASSES, 0, trouble);
    Unreadable refused =
        catchThrowableOfType(Unreadable.class, () -> cluster.api().find(CLASSES + "/a"));
    assertThat(refused).isNotNull();
    assertThat(refused.gap().what()).isEqualTo("a");
  }

  @Test
  void whatTakesMuchRoomIsLeftOut() throws Unreadable {
    cluster.put(
        """
        apiVersion: v1
        kind: Node
        metadata: {name: n}
        status: {images: [{names: [a]}], conditions: null, addresses: [{type: InternalIP, address: 10.0.0.1}]}
        """);
    var node = cluster.api().find("/api/v1/nodes/n").orElseThrow();
    assertThat(node.at("/status/images").isMissingNode()).isTrue();
    assertThat(node.at("/metadata/managedFields").isMissingNode()).isTrue();
    assertThat(node.at("/status/conditions").isNull()).isTrue();
    assertThat(node.at("/status/addresses/0/address").asText()).isEqualTo("10.0.0.1");
  }

  @Test
  void itKnowsHowFarItsClockIsAhead() throws Unreadable {
    var api = cluster.api();
    api.find(CLASSES + "/a");
    assertThat(api.clockAhead().abs()).isLessThan(java.time.Duration.ofSeconds(30));
  }
}
