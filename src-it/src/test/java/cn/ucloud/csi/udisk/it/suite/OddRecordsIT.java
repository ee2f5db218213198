package cn.ucloud.csi.udisk.it.suite;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import cn.ucloud.csi.udisk.controller.ControllerService;
import csi.v1.ControllerGetVolumeRequest;
import csi.v1.ListSnapshotsRequest;
import csi.v1.ListSnapshotsResponse;
import csi.v1.ListVolumesRequest;
import csi.v1.ListVolumesResponse;
import io.grpc.Status.Code;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/**
 * An account in which one record cannot be read: that of somebody else troubles nobody, and one of
 * ours nobody but who asks for it.
 */
class OddRecordsIT {
  @TempDir private static Path directory;
  private static VirtualTimeRegion lab;

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private Stock stock;

  @BeforeAll
  static void start() {
    lab = new VirtualTimeRegion(directory);
  }

  @AfterAll
  static void stop() {
    lab.close();
  }

  @BeforeEach
  void emptyRegion() {
    lab.reset();
    stock = new Stock(lab);
    log.start();
    ((Logger) LoggerFactory.getLogger("cn.ucloud.csi.udisk.controller")).addAppender(log);
  }

  @AfterEach
  void detach() {
    ((Logger) LoggerFactory.getLogger("cn.ucloud.csi.udisk.controller")).detachAppender(log);
  }

  static List<Map<String, @Nullable Object>> oddFields() {
    return List.of(
        Map.of("Size", 0),
        Map.of("Size", "20GB"),
        Map.of("Zone", ""),
        Collections.singletonMap("Zone", null),
        Collections.singletonMap("Status", null),
        Map.of("Size", List.of(), "Status", Map.of(), "Name", 7, "CreateTime", "yesterday"));
  }

  @ParameterizedTest
  @MethodSource("oddFields")
  void aForeignDiskThatCannotBeReadIsLeftOutWithOneWarning(Map<String, @Nullable Object> fields) {
    String foreign = stock.named("web-1");
    String own = stock.diskOn(VirtualTimeRegion.HOST_A);
    show(foreign, fields);
    ControllerService driver = lab.oldProcess(VirtualTimeRegion.Line.DIRECT);
    for (int round = 0; round < 3; round++) {
      assertThat(volumes(driver)).containsExactly(own);
      lab.time.pass(Duration.ofMinutes(2));
    }
    assertThat(create(driver, "pvc-new").isOk()).isTrue();
    assertThat(unpublish(driver, own).isOk()).isTrue();
    assertThat(log.list)
        .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
        .singleElement()
        .extracting(ILoggingEvent::getFormattedMessage)
        .asString()
        .contains("DescribeUDisk", foreign);
  }

  @ParameterizedTest
  @MethodSource("oddFields")
  void aDiskOfOursThatCannotBeReadFailsAloneAndIsNamed(Map<String, @Nullable Object> fields) {
    String odd = stock.named("pvc-odd_" + VirtualTimeRegion.CLUSTER);
    String other = stock.disk();
    List<String> before = RegionState.of(lab.simulator).summary();
    show(odd, fields);
    ControllerService driver = lab.oldProcess(VirtualTimeRegion.Line.DIRECT);
    assertNamed(odd, Answer.of(driver::controllerPublishVolume, Requests.publish(odd, "uhost-b")));
    assertNamed(odd, Answer.of(driver::controllerExpandVolume, Requests.expand(odd, 30)));
    assertNamed(odd, Answer.of(driver::deleteVolume, Requests.delete(odd)));
    assertNamed(
        odd,
        Answer.of(
            driver::controllerGetVolume,
            ControllerGetVolumeRequest.newBuilder().setVolumeId(odd).build()));
    if (!fields.containsKey("Name")) {
      assertNamed(odd, create(driver, "pvc-odd"));
    }
    assertThat(RegionState.of(lab.simulator).summary()).isEqualTo(before);
    assertThat(
            Answer.of(
                    driver::controllerPublishVolume,
                    Requests.publish(other, VirtualTimeRegion.HOST_A))
                .isOk())
        .isTrue();
    assertThat(volumes(driver)).containsExactly(other);
    lab.simulator.faults().clear();
    lab.time.pass(Duration.ofMinutes(1));
    assertThat(volumes(driver)).containsExactlyInAnyOrder(odd, other);
  }

  @Test
  void aSnapshotThatCannotBeReadFailsAloneAndKeepsItsDisk() {
    String disk = stock.disk();
    String odd = stock.snapshot(disk);
    String otherDisk = stock.disk();
    String other = stock.snapshot(otherDisk);
    show(odd, Map.of("Size", "0"));
    ControllerService driver = lab.oldProcess(VirtualTimeRegion.Line.DIRECT);
    assertThat(snapshots(driver)).containsExactly(other);
    assertNamed(odd, Answer.of(driver::deleteVolume, Requests.delete(disk)));
    assertNamed(odd, create(driver, Requests.restore("pvc-new", odd)));
    assertThat(create(driver, Requests.restore("pvc-new", other)).isOk()).isTrue();
    assertThat(RegionState.of(lab.simulator).disk(disk)).isPresent();
  }

  @Test
  void aHostThatCannotBeReadFailsAloneAndIsNotTakenForGone() {
    String disk = stock.disk();
    show(VirtualTimeRegion.HOST_B, Map.of("Zone", ""));
    ControllerService driver = lab.oldProcess(VirtualTimeRegion.Line.DIRECT);
    assertNamed(
        VirtualTimeRegion.HOST_B,
        Answer.of(driver::controllerPublishVolume, Requests.publish(disk, "uhost-b")));
    assertThat(
            Answer.of(
                    driver::controllerPublishVolume,
                    Requests.publish(disk, VirtualTimeRegion.HOST_A))
                .isOk())
        .isTrue();
  }

  private static void show(String id, Map<String, @Nullable Object> fields) {
    lab.simulator.faults().oddRecords().show(id, fields);
  }

  private static void assertNamed(String id, Answer<?> answer) {
    assertThat(answer.status().getCode()).isEqualTo(Code.UNAVAILABLE);
    assertThat(answer.status().getDescription()).contains(id, "cannot be used", "the cloud shows");
  }

  private static Answer<?> create(ControllerService driver, String name) {
    return create(driver, Requests.create(name, "ssd"));
  }

  private static Answer<?> create(ControllerService driver, csi.v1.CreateVolumeRequest request) {
    return Answer.of(driver::createVolume, request);
  }

  private static Answer<?> unpublish(ControllerService driver, String volume) {
    return Answer.of(
        driver::controllerUnpublishVolume, Requests.unpublish(volume, VirtualTimeRegion.HOST_A));
  }

  private static List<String> volumes(ControllerService driver) {
    Answer<ListVolumesResponse> answer =
        Answer.of(driver::listVolumes, ListVolumesRequest.getDefaultInstance());
    return answer.response().orElseThrow().getEntriesList().stream()
        .map(entry -> entry.getVolume().getVolumeId())
        .toList();
  }

  private static List<String> snapshots(ControllerService driver) {
    Answer<ListSnapshotsResponse> answer =
        Answer.of(driver::listSnapshots, ListSnapshotsRequest.getDefaultInstance());
    return answer.response().orElseThrow().getEntriesList().stream()
        .map(entry -> entry.getSnapshot().getSnapshotId())
        .toList();
  }
}
