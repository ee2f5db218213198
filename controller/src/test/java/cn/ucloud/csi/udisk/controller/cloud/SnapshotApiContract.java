package cn.ucloud.csi.udisk.controller.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.NotFound;
import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.SnapshotId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.RetCode;
import cn.ucloud.csi.udisk.common.ucloud.UCloudException.ApiRefused;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskTerms;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskType;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Page;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskSnapshot;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskSnapshot.Status;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi.Fault;
import cn.ucloud.csi.udisk.controller.model.Capacity;
import cn.ucloud.csi.udisk.controller.model.ContentSource.OfSnapshot;
import cn.ucloud.csi.udisk.controller.model.ContentSource.OfVolume;
import cn.ucloud.csi.udisk.controller.model.DiskName;
import cn.ucloud.csi.udisk.controller.model.DiskPlan;
import cn.ucloud.csi.udisk.controller.model.VolumeSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * As {@link DiskApiContract}, of {@link SnapshotApi} and of the disks that are made of snapshots.
 */
abstract class SnapshotApiContract {
  private static final Duration STEP = ApiHarness.STEP;
  private static final String CREATE = "CreateUDiskSnapshot";
  private static final String DELETE = "DeleteUDiskSnapshot";
  private static final DiskSize TEN = DiskSize.ofGib(10);
  private static final DiskSize TWENTY = DiskSize.ofGib(20);

  private ApiHarness region;
  private DiskApi disks;
  private SnapshotApi api;

  /**
   * @param lag after which what is new is shown
   */
  abstract ApiHarness open(Duration lag);

  @BeforeEach
  void begin() {
    begin(Duration.ZERO);
  }

  private void begin(Duration lag) {
    region = open(lag);
    disks = region.disks();
    api = region.snapshots();
  }

  @AfterEach
  void end() {
    region.close();
  }

  @Test
  void aSnapshotHasWhatWasAskedForAndIsReadyAfterAWhile() {
    UDisk disk = made("pvc-1", DiskType.SSD);
    SnapshotId id = api.create(disk, "s-1");
    UDiskSnapshot begun = shown(id);
    assertThat(begun).isEqualTo(snapshot(id, disk, Status.CREATING, begun.createTime()));
    assertThat(begun.createTime()).isPositive();
    region.pass(STEP);
    assertThat(shown(id)).isEqualTo(snapshot(id, disk, Status.NORMAL, begun.createTime()));
    assertThat(api.of(disk)).containsExactly(shown(id));
  }

  private static UDiskSnapshot snapshot(SnapshotId id, UDisk disk, Status status, long createTime) {
    return new UDiskSnapshot(
        id.value(), "s-1", disk.zone(), disk.id(), TEN, status, disk.type(), createTime);
  }

  @Test
  void whatThereIsNotIsEmpty() {
    assertThat(api.find(new SnapshotId("bsSnap-none"))).isEmpty();
    assertThat(api.of(made("pvc-1", DiskType.SSD))).isEmpty();
    assertThat(api.page(0).items()).isEmpty();
  }

  @Test
  void theKindsWithoutADocumentedNumberAreNotTold() {
    assertThat(taken(made("pvc-1", DiskType.SATA)).type()).contains(DiskType.SATA);
    assertThat(taken(made("pvc-2", DiskType.RSSD)).type()).contains(DiskType.RSSD);
    assertThat(taken(made("pvc-3", DiskType.ESSD)).type()).isEmpty();
  }

  @Test
  void twoMayHaveOneNameAndEachIsOfItsDisk() {
    UDisk disk = made("pvc-1", DiskType.SSD);
    UDisk other = made("pvc-2", DiskType.SSD);
    UDiskSnapshot first = taken(disk);
    UDiskSnapshot second = taken(disk);
    UDiskSnapshot third = taken(other);
    assertThat(second.name()).isEqualTo(first.name());
    assertThat(api.of(disk)).containsExactly(first, second);
    assertThat(api.of(other)).containsExactly(third);
    assertThat(api.page(0).items()).containsExactly(first, second, third);
  }

  @Test
  void aDiskInUseIsTakenAndItsSnapshotKeepsTheSizeOfThen() {
    UDisk disk = made("pvc-1", DiskType.SSD);
    disks.attach(disk, new NodeId(ApiHarness.A), false);
    region.pass(STEP);
    UDiskSnapshot taken = taken(disk);
    disks.resize(disks.find(new VolumeId(disk.id())).orElseThrow(), TWENTY);
    region.pass(STEP);
    assertThat(shown(id(taken)).size()).isEqualTo(TEN);
  }

  @Test
  void aNewOneIsShownLateWhereListsLag() {
    region.close();
    begin(Duration.ofSeconds(8));
    VolumeId volume = create("pvc-1", DiskType.SSD);
    region.pass(Duration.ofSeconds(20));
    UDisk disk = disks.find(volume).orElseThrow();
    SnapshotId id = api.create(disk, "s-1");
    region.pass(Duration.ofSeconds(5));
    assertThat(api.find(id)).isEmpty();
    assertThat(api.of(disk)).isEmpty();
    assertThat(api.page(0).items()).isEmpty();
    region.pass(Duration.ofSeconds(3));
    assertThat(shown(id).status()).isEqualTo(Status.NORMAL);
    assertThat(api.of(disk)).hasSize(1);
  }

  @Test
  void everySnapshotIsOnOnePageAndAllAreCounted() {
    List<UDisk> sources = new ArrayList<>();
    for (int i = 0; i < 36; i++) {
      create("pvc-" + i, DiskType.SSD);
    }
    region.pass(STEP);
    sources.addAll(disks.page(0).items().stream().filter(disk -> !disk.isSystemDisk()).toList());
    for (int round = 0; round < 3; round++) {
      sources.forEach(disk -> api.create(disk, "s-1"));
      region.pass(STEP);
    }
    Page<UDiskSnapshot> first = api.page(0);
    Page<UDiskSnapshot> second = api.page(first.size());
    assertThat(first.totalCount()).isEqualTo(108);
    assertThat(first.size()).isEqualTo(100);
    assertThat(second.size()).isEqualTo(8);
    assertThat(first.items()).doesNotContainAnyElementsOf(second.items());
  }

  @ParameterizedTest
  @ValueSource(strings = {"Size", "Zone", "Status"})
  void aRecordThatLacksSomethingIsThereButCannotBeUsed(String field) {
    UDisk disk = made("pvc-1", DiskType.SSD);
    UDisk other = made("pvc-2", DiskType.SSD);
    UDiskSnapshot odd = taken(disk);
    UDiskSnapshot good = taken(other);
    region.showWithout(odd.id(), field);
    cannotBeUsed(() -> api.find(id(odd)));
    cannotBeUsed(() -> api.of(disk));
    assertThat(api.find(id(good))).contains(good);
    assertThat(api.of(other)).containsExactly(good);
    Page<UDiskSnapshot> page = api.page(0);
    assertThat(page.items()).containsExactly(good);
    assertThat(page.odd())
        .singleElement()
        .satisfies(record -> {
          assertThat(record.id()).contains(odd.id());
          assertThat(record.diskId()).contains(disk.id());
        });
    assertThat(page.totalCount()).isEqualTo(2);
  }

  private static void cannotBeUsed(ThrowingCallable look) {
    Unavailable failure = catchThrowableOfType(Unavailable.class, look);
    assertThat(failure).hasMessageContaining("cannot be used: the cloud shows that it");
    assertThat(MalformedRecords.isCauseOf(failure)).isTrue();
  }

  @Test
  void nothingCanBeConcludedWhereNothingCanBeRead() {
    UDisk disk = made("pvc-1", DiskType.SSD);
    UDiskSnapshot taken = taken(disk);
    region.nothingCanBeRead();
    assertThatThrownBy(() -> api.find(id(taken))).isInstanceOf(Unavailable.class);
    assertThatThrownBy(() -> api.of(disk)).isInstanceOf(Unavailable.class);
    assertThatThrownBy(() -> api.page(0)).isInstanceOf(Unavailable.class);
  }

  /** Whether something is taken or deleted at once, later or never, and whether that is told. */
  enum Way {
    AT_ONCE,
    ANSWER_LOST,
    LOST,
    LATE;

    private static final Duration LATER = Duration.ofSeconds(30);

    void ask(ApiHarness region, String action, ThrowingCallable change) {
      switch (this) {
        case AT_ONCE -> {}
        case ANSWER_LOST -> region.next(action, new Fault.AnswerLost());
        case LOST -> region.next(action, new Fault.OrderLost());
        case LATE -> region.next(action, new Fault.Late(LATER));
      }
      if (this == AT_ONCE) {
        assertThatCode(change).doesNotThrowAnyException();
      } else {
        OutcomeUnknown failure = catchThrowableOfType(OutcomeUnknown.class, change);
        assertThat(failure).hasMessageContaining("got no answer");
        assertThat(ApiErrors.isRefusal(failure)).isFalse();
      }
    }

    boolean isDoneNow() {
      return this == AT_ONCE || this == ANSWER_LOST;
    }
  }

  @ParameterizedTest
  @EnumSource
  void takingHappensAtOnceLaterOrNever(Way way) {
    UDisk disk = made("pvc-1", DiskType.SSD);
    way.ask(region, CREATE, () -> api.create(disk, "s-1"));
    assertThat(api.of(disk)).hasSize(way.isDoneNow() ? 1 : 0);
    region.pass(Way.LATER);
    assertThat(api.of(disk)).hasSize(way == Way.LOST ? 0 : 1);
  }

  @ParameterizedTest
  @EnumSource
  void deletingHappensAtOnceLaterOrNever(Way way) {
    UDiskSnapshot taken = taken(made("pvc-1", DiskType.SSD));
    way.ask(region, DELETE, () -> api.delete(taken));
    assertThat(api.find(id(taken)).isEmpty()).isEqualTo(way.isDoneNow());
    region.pass(Way.LATER);
    assertThat(api.find(id(taken)).isEmpty()).isEqualTo(way != Way.LOST);
  }

  @Test
  void anAcceptedDeletionMayBeDoneLater() {
    UDiskSnapshot taken = taken(made("pvc-1", DiskType.SSD));
    region.next(DELETE, new Fault.AcceptedLate(Way.LATER));
    api.delete(taken);
    assertThat(api.find(id(taken))).isPresent();
    region.pass(Way.LATER);
    assertThat(api.find(id(taken))).isEmpty();
  }

  /** One that is refused when its time comes takes nothing, and nobody hears of it. */
  @Test
  void aLateRequestMeetsTheDiskAsItIsThen() {
    UDisk disk = made("pvc-1", DiskType.SSD);
    region.next(CREATE, new Fault.Late(Way.LATER));
    assertThatThrownBy(() -> api.create(disk, "s-1")).isInstanceOf(OutcomeUnknown.class);
    disks.delete(disk);
    region.pass(Duration.ofMinutes(1));
    assertThat(api.page(0).items()).isEmpty();
  }

  @Test
  void everyRetCodeIsToldAsWhatItMeans() {
    UDisk disk = made("pvc-1", DiskType.SSD);
    UDiskSnapshot taken = taken(disk);
    for (RetCode code : RetCode.values()) {
      DriverException expected = ApiErrors.ofMutation(new ApiRefused("any", code.code(), "", ""));
      region.next(CREATE, new Fault.Refused(code.code()));
      assertThatThrownBy(() -> api.create(disk, "s-1"))
          .as("%s", code)
          .hasSameClassAs(
              code == RetCode.DISK_UNKNOWN ? new NotFound("volume", disk.id()) : expected);
      region.next(DELETE, new Fault.Refused(code.code()));
      assertThatThrownBy(() -> api.delete(taken)).as("%s", code).hasSameClassAs(expected);
    }
    assertThat(api.of(disk)).containsExactly(taken);
  }

  @Test
  void aDiskThatCannotBeTaken() {
    VolumeId young = create("pvc-1", DiskType.SSD);
    UDisk disk = disks.find(young).orElseThrow();
    refused(() -> api.create(disk, "s-1"));
    region.pass(STEP);
    VolumeId copy = disks.copy(new OfVolume(young), ApiHarness.ZONE, TEN, spec("pvc-2"));
    assertThatThrownBy(() -> api.create(disk, "s-1")).isInstanceOf(OperationPending.class);
    UDisk copied = disks.find(copy).orElseThrow();
    assertThatThrownBy(() -> api.create(copied, "s-1")).isInstanceOf(OperationPending.class);
    region.pass(STEP);
    api.create(disk, "s-1");
    assertThatThrownBy(() -> api.create(disk, "s-2")).isInstanceOf(OperationPending.class);
    region.deleted(disk);
    assertThatThrownBy(() -> api.create(disk, "s-3")).isInstanceOf(NotFound.class);
  }

  @Test
  void aDiskHasThreeAtMost() {
    UDisk disk = made("pvc-1", DiskType.SSD);
    UDiskSnapshot first = taken(disk);
    taken(disk);
    taken(disk);
    assertThatThrownBy(() -> api.create(disk, "s-4")).isInstanceOf(PreconditionFailed.class);
    api.delete(first);
    taken(disk);
  }

  @Test
  void onlyWhatIsThereAndReadyIsDeleted() {
    UDisk disk = made("pvc-1", DiskType.SSD);
    UDiskSnapshot begun = shown(api.create(disk, "s-1"));
    refused(() -> api.delete(begun));
    region.pass(STEP);
    api.delete(begun);
    assertThat(api.find(id(begun))).isEmpty();
    refused(() -> api.delete(begun));
  }

  @Test
  void aDiskIsKeptFromBeingCopiedWhileItIsTaken() {
    UDisk disk = made("pvc-1", DiskType.SSD);
    api.create(disk, "s-1");
    assertThatThrownBy(() ->
            disks.copy(new OfVolume(new VolumeId(disk.id())), ApiHarness.ZONE, TEN, spec("pvc-2")))
        .isInstanceOf(OperationPending.class);
    disks.attach(disk, new NodeId(ApiHarness.A), false);
  }

  @Test
  void aDiskIsMadeOfASnapshotThatIsReady() {
    UDisk disk = made("pvc-1", DiskType.SATA);
    SnapshotId id = api.create(disk, "s-1");
    assertThatThrownBy(() -> restore(id, "pvc-2", TEN)).isInstanceOf(OperationPending.class);
    region.pass(STEP);
    UDisk small = disks.find(restore(id, "pvc-2", DiskSize.ofGib(1))).orElseThrow();
    assertThat(small.status()).isEqualTo(UDiskStatus.CLONING);
    assertThat(small.size()).isEqualTo(TEN);
    assertThat(small.type()).contains(DiskType.SATA);
    assertThat(disks.find(restore(id, "pvc-3", TWENTY)).orElseThrow().size()).isEqualTo(TWENTY);
    region.pass(STEP);
    assertThat(disks.find(new VolumeId(small.id())).orElseThrow().status())
        .isEqualTo(UDiskStatus.AVAILABLE);
    refused(() -> restore(new SnapshotId("bsSnap-none"), "pvc-4", TEN));
  }

  private VolumeId restore(SnapshotId id, String name, DiskSize size) {
    return disks.copy(new OfSnapshot(id), ApiHarness.ZONE, size, spec(name));
  }

  private static void refused(ThrowingCallable change) {
    OutcomeUnknown failure = catchThrowableOfType(OutcomeUnknown.class, change);
    assertThat(failure).hasMessageContaining("was refused with RetCode");
    assertThat(ApiErrors.isRefusal(failure)).isTrue();
  }

  private UDiskSnapshot taken(UDisk disk) {
    SnapshotId id = api.create(disk, "s-1");
    region.pass(STEP);
    return shown(id);
  }

  private UDiskSnapshot shown(SnapshotId id) {
    return api.find(id).orElseThrow();
  }

  private static SnapshotId id(UDiskSnapshot snapshot) {
    return new SnapshotId(snapshot.id());
  }

  private UDisk made(String name, DiskType type) {
    VolumeId id = create(name, type);
    region.pass(STEP);
    return disks.find(id).orElseThrow();
  }

  private VolumeId create(String name, DiskType type) {
    return disks.create(spec(name), type, ApiHarness.ZONE, Optional.empty());
  }

  private static VolumeSpec spec(String name) {
    return new VolumeSpec(
        DiskName.of(name, "uk8s-x"),
        new Capacity(TEN, TEN.bytes(), Optional.empty()),
        new DiskPlan(List.of(DiskType.SSD), DiskTerms.PLAIN, Optional.empty()),
        List.of(ApiHarness.ZONE),
        Optional.empty());
  }
}
