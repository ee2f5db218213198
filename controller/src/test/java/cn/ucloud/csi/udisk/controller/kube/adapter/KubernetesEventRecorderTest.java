package cn.ucloud.csi.udisk.controller.kube.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.common.concurrent.Permission;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.cluster.VolumeEvent;
import cn.ucloud.csi.udisk.controller.cluster.VolumeEvent.Reason;
import cn.ucloud.csi.udisk.controller.kube.client.Informer;
import cn.ucloud.csi.udisk.controller.kube.record.VolumeRecord;
import cn.ucloud.csi.udisk.controller.model.Claim;
import cn.ucloud.csi.udisk.testing.kube.FakeApiServer;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.storage.CSIDriverBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Events, as they arrive at an API server. */
class KubernetesEventRecorderTest {
  private static final VolumeEvent ROUNDED =
      new VolumeEvent(Reason.SIZE_ROUNDED, "20 GiB for 15 GiB");

  private final FakeApiServer api = new FakeApiServer();
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-02T00:00:00Z"));
  private Informer<VolumeRecord> volumes;
  private KubernetesEventRecorder notices;

  @BeforeEach
  void start() {
    volumes = VolumeRecord.watch(api.client());
    notices =
        new KubernetesEventRecorder(
            api.client(),
            volumes,
            Permission.always(),
            new EventWriter(api.client(), "controller-0", now::get));
  }

  @AfterEach
  void close() {
    notices.close();
    volumes.close();
    api.close();
  }

  @Test
  void anEventOfAClaimNamesItAndIsInItsNamespace() {
    Claim claim = claim("db", "data-0");
    notices.about(claim, ROUNDED);
    Event event = awaitEvents("db", 1).getFirst();
    assertThat(event.getInvolvedObject().getKind()).isEqualTo("PersistentVolumeClaim");
    assertThat(event.getInvolvedObject().getName()).isEqualTo("data-0");
    assertThat(claim.volume()).endsWith(event.getInvolvedObject().getUid());
    assertThat(event.getType()).isEqualTo("Normal");
    assertThat(event.getReason()).isEqualTo("SizeRounded");
    assertThat(event.getMessage()).isEqualTo("20 GiB for 15 GiB");
    assertThat(event.getSource().getComponent()).isEqualTo("udisk.csi.ucloud.cn");
    assertThat(event.getLastTimestamp()).isEqualTo("2026-01-02T00:00:00Z");
  }

  @Test
  void theSameAgainIsCountedAndNotWrittenForAWhile() {
    Claim claim = claim("db", "data-0");
    notices.about(claim, ROUNDED);
    awaitEvents("db", 1);
    for (int i = 0; i < 5; i++) {
      notices.about(claim, ROUNDED);
    }
    pass(EventWriter.SAME_AGAIN);
    notices.about(claim, ROUNDED);
    await().untilAsserted(() -> assertThat(events("db").getFirst().getCount()).isEqualTo(7));
    assertThat(events("db")).hasSize(1);
    assertThat(notices.counts()).isEqualTo(new EventCounts(2, 0, 0));
  }

  /** Its role has no right to. */
  @Test
  void anEventIsCountedWithoutBeingRead() {
    Claim claim = claim("db", "data-0");
    notices.about(claim, ROUNDED);
    String path =
        "/api/v1/namespaces/db/events/" + awaitEvents("db", 1).getFirst().getMetadata().getName();
    pass(EventWriter.SAME_AGAIN);
    notices.about(claim, ROUNDED);
    await().untilAsserted(() -> assertThat(api.asked()).contains("PATCH " + path));
    assertThat(api.asked()).doesNotContain("GET " + path);
  }

  @Test
  void newsOfTheSameKindChangeTheEventAndMakeNoSecondOne() {
    Claim claim = claim("db", "data-0");
    notices.about(claim, new VolumeEvent(Reason.RESCHEDULING, "no rssd on a"));
    awaitEvents("db", 1);
    pass(EventWriter.NEWS);
    notices.about(claim, new VolumeEvent(Reason.RESCHEDULING, "no rssd on b"));
    await().untilAsserted(() -> assertThat(events("db").getFirst().getMessage()).endsWith("on b"));
    assertThat(events("db")).hasSize(1);
  }

  @Test
  void anEventThatKubernetesHasForgottenIsWrittenAnew() {
    Claim claim = claim("db", "data-0");
    notices.about(claim, ROUNDED);
    awaitEvents("db", 1);
    api.client().v1().events().inNamespace("db").delete();
    pass(EventWriter.SAME_AGAIN);
    notices.about(claim, ROUNDED);
    awaitEvents("db", 1);
  }

  @Test
  void anotherClaimOfThatNameIsNotTold() {
    Claim gone = claim("db", "data-0");
    api.client().persistentVolumeClaims().inNamespace("db").withName("data-0").delete();
    claim("db", "data-0");
    notices.about(gone, ROUNDED);
    notices.about(claim("db", "data-1"), ROUNDED);
    assertThat(awaitEvents("db", 1).getFirst().getInvolvedObject().getName()).isEqualTo("data-1");
  }

  @Test
  void volumesAndTheDriverHaveTheirEventsInTheDefaultNamespace() {
    api.putVolume("pv-1", "bsm-1");
    var _ = volumes.start();
    await().ignoreExceptions().until(() -> volumes.find("pv-1").isPresent());
    notices.about(new VolumeId("bsm-1"), new VolumeEvent(Reason.WAITING_FOR_DETACH, "it is on a"));
    var _ =
        api.client()
            .resource(
                new CSIDriverBuilder()
                    .withNewMetadata()
                    .withName("udisk.csi.ucloud.cn")
                    .endMetadata()
                    .build())
            .create();
    notices.aboutDriver(new VolumeEvent(Reason.LEAKED_DISKS, "one"));
    assertThat(awaitEvents("default", 2))
        .extracting(event -> event.getInvolvedObject().getName())
        .containsExactlyInAnyOrder("pv-1", "udisk.csi.ucloud.cn");
    assertThat(events("default")).allMatch(event -> event.getType().equals("Warning"));
  }

  @Test
  void whoUsesAVolumeIsToldAtThePersistentVolumeTheClaimAndThePods() {
    api.put(
        new PersistentVolumeBuilder()
            .withNewMetadata()
            .withName("pv-1")
            .endMetadata()
            .withNewSpec()
            .withNewCsi()
            .withDriver("udisk.csi.ucloud.cn")
            .withVolumeHandle("bsm-1")
            .endCsi()
            .withNewClaimRef()
            .withNamespace("db")
            .withName("data-0")
            .withUid("uid-0")
            .endClaimRef()
            .endSpec()
            .build());
    api.put(pod("db-0", "a", "data-0"));
    api.put(pod("waits", null, "data-0"));
    api.put(pod("other", "a", "data-1"));
    var _ = volumes.start();
    await().ignoreExceptions().until(() -> volumes.find("pv-1").isPresent());
    notices.aboutUse(
        new VolumeId("bsm-1"), new VolumeEvent(Reason.DETACHED_OUTSIDE, "it was detached"));
    notices.aboutUse(
        new VolumeId("bsm-none"), new VolumeEvent(Reason.ATTACHED_AGAIN, "it is there"));
    assertThat(awaitEvents("db", 2))
        .extracting(event ->
            event.getInvolvedObject().getKind() + " " + event.getInvolvedObject().getName())
        .containsExactlyInAnyOrder("PersistentVolumeClaim data-0", "Pod db-0");
    assertThat(events("db"))
        .extracting(event -> event.getInvolvedObject().getUid())
        .contains("uid-0")
        .doesNotContainNull();
    assertThat(awaitEvents("default", 1).getFirst().getInvolvedObject().getName())
        .isEqualTo("pv-1");
  }

  private static Pod pod(String name, @Nullable String node, String claim) {
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace("db")
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .withNodeName(node)
        .addNewVolume()
        .withName("data")
        .withNewPersistentVolumeClaim(claim, false)
        .endVolume()
        .addNewVolume()
        .withName("tmp")
        .withNewEmptyDir()
        .endEmptyDir()
        .endVolume()
        .endSpec()
        .build();
  }

  @Test
  void whatCannotBeWrittenIsCountedAndNobodyIsKeptWaitingOrFailed() {
    Claim claim = claim("db", "data-0");
    api.close();
    notices.about(claim, ROUNDED);
    notices.about(new VolumeId("bsm-1"), ROUNDED); // the volumes are not known yet
    await().untilAsserted(() -> assertThat(notices.counts()).isEqualTo(new EventCounts(0, 2, 0)));
    for (int i = 0; i < 5000; i++) {
      notices.about(claim, ROUNDED);
    }
    assertThat(notices.counts().dropped()).isPositive();
  }

  /** What was given before is dealt with at the time before. */
  private void pass(Duration duration) {
    await().until(() -> notices.waiting() == 0);
    now.updateAndGet(instant -> instant.plus(duration));
  }

  private Claim claim(String namespace, String name) {
    PersistentVolumeClaim claim =
        api.client()
            .resource(
                new PersistentVolumeClaimBuilder()
                    .withNewMetadata()
                    .withNamespace(namespace)
                    .withName(name)
                    .endMetadata()
                    .build())
            .create();
    return new Claim(namespace, name, "pvc-" + claim.getMetadata().getUid());
  }

  private List<Event> awaitEvents(String namespace, int count) {
    await().untilAsserted(() -> assertThat(events(namespace)).hasSize(count));
    return events(namespace);
  }

  private List<Event> events(String namespace) {
    return api.client().v1().events().inNamespace(namespace).list().getItems();
  }
}
