package cn.ucloud.csi.udisk.controller.cloud;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.NotFound;
import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.RetCode;
import cn.ucloud.csi.udisk.common.ucloud.UCloudException.ApiRefused;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskTerms;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskType;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Host;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Page;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Standing;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi.Fault;
import cn.ucloud.csi.udisk.controller.model.Capacity;
import cn.ucloud.csi.udisk.controller.model.ContentSource.OfVolume;
import cn.ucloud.csi.udisk.controller.model.DiskName;
import cn.ucloud.csi.udisk.controller.model.DiskPlan;
import cn.ucloud.csi.udisk.controller.model.VolumeSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the driver's tests rely on in {@link DiskApi}: the fake, and the real adapter before a
 * region that shares no class with either, do the same.
 */
abstract class DiskApiContract {
  private static final Duration STEP = ApiHarness.STEP;
  private static final NodeId A = new NodeId(ApiHarness.A);
  private static final NodeId B = new NodeId(ApiHarness.B);
  private static final NodeId FAST = new NodeId(ApiHarness.FAST);
  private static final DiskSize TEN = DiskSize.ofGib(10);
  private static final DiskSize TWENTY = DiskSize.ofGib(20);

  private ApiHarness region;
  private DiskApi api;

  abstract ApiHarness open();

  @BeforeEach
  void begin() {
    region = open();
    api = region.disks();
  }

  @AfterEach
  void end() {
    region.close();
  }

  @Nested
  class Shown {
    @Test
    void aDiskHasWhatWasAskedFor() {
      UDisk disk = made("pvc-1");
      assertThat(disk)
          .isEqualTo(
              new UDisk(
                  disk.id(),
                  "pvc-1_uk8s-x",
                  ApiHarness.ZONE,
                  TEN,
                  UDiskStatus.AVAILABLE,
                  Optional.of(DiskType.SSD),
                  Optional.empty(),
                  Optional.empty(),
                  Optional.empty(),
                  false,
                  disk.createTime(),
                  Optional.empty(),
                  Standing.GOOD));
      assertThat(disk.createTime()).isPositive();
    }

    @Test
    void aDiskByTheMonthIsShownWithItsEndAndOneByTheHourHasNone() {
      UDisk monthly = made("pvc-1");
      UDisk hourly = made("pvc-2");
      region.paid(monthly, Duration.ofDays(3));
      assertThat(bill(monthly).paidUntil()).isPresent();
      assertThat(bill(monthly).isExpired()).isFalse();
      assertThat(bill(hourly)).isEqualTo(Standing.GOOD);
      region.pass(Duration.ofDays(3));
      assertThat(bill(monthly).isExpired()).isTrue();
      assertThat(bill(hourly).isExpired()).isFalse();
    }

    @Test
    void aKeyThatIsDisabledIsShown() {
      UDisk disk = made("pvc-1");
      assertThat(bill(disk).keyProblem()).isEmpty();
      region.locked(disk);
      assertThat(bill(disk).keyProblem()).contains("Disabled");
    }

    private Standing bill(UDisk disk) {
      return api.billed(0).items().stream()
          .filter(one -> one.id().equals(disk.id()))
          .findFirst()
          .orElseThrow()
          .standing();
    }

    @Test
    void aDiskIsBeingMadeForAWhile() {
      VolumeId id = create("pvc-1");
      assertThat(shown(id).status()).isEqualTo(UDiskStatus.INITIALIZATING);
      region.pass(STEP);
      assertThat(shown(id).status()).isEqualTo(UDiskStatus.AVAILABLE);
    }

    @Test
    void anRssdDiskIsInAClusterAndNoOtherIs() {
      assertThat(rssd("pvc-1", Optional.of("rdma-2")).rdmaCluster()).contains("rdma-2");
      assertThat(rssd("pvc-2", Optional.empty()).rdmaCluster()).contains("rdma-1");
      VolumeId other =
          api.create(spec("pvc-3"), DiskType.SSD, ApiHarness.ZONE, Optional.of("rdma-2"));
      assertThat(shown(other).rdmaCluster()).isEmpty();
    }

    @Test
    void whatThereIsNotIsEmpty() {
      assertThat(api.find(new VolumeId("bsm-none"))).isEmpty();
      assertThat(api.named("pvc-none")).isEmpty();
      assertThat(api.on(A)).allMatch(UDisk::isSystemDisk);
    }

    @Test
    void twoDisksMayHaveOneName() {
      UDisk first = made("pvc-1");
      UDisk second = made("pvc-1");
      made("pvc-10");
      assertThat(api.named("pvc-1_uk8s-x")).containsExactly(first, second);
      assertThat(api.named("pvc-1")).isEmpty();
    }

    @Test
    void aDiskOnItsWayToAHostHasNoLetterYetAndKeepsItUntilItIsOff() {
      UDisk disk = made("pvc-1");
      api.attach(disk, A, false);
      assertThat(shown(disk).status()).isEqualTo(UDiskStatus.ATTACHING);
      assertThat(shown(disk).hostId()).contains(A.value());
      assertThat(shown(disk).deviceName()).isEmpty();
      region.pass(STEP);
      assertThat(shown(disk).status()).isEqualTo(UDiskStatus.INUSE);
      assertThat(shown(disk).deviceName()).isPresent();
      api.detach(disk, A.value());
      assertThat(shown(disk).status()).isEqualTo(UDiskStatus.DETACHING);
      assertThat(shown(disk).hostId()).contains(A.value());
      assertThat(shown(disk).deviceName()).isPresent();
      region.pass(STEP);
      assertThat(shown(disk)).isEqualTo(disk);
    }

    @Test
    void eachDiskOfAHostHasALetterOfItsOwn() {
      UDisk first = attached("pvc-1", A);
      UDisk second = attached("pvc-2", A);
      assertThat(second.deviceName()).isNotEqualTo(first.deviceName());
      detach(first);
      assertThat(attached("pvc-3", A).deviceName()).isEqualTo(first.deviceName());
    }

    @Test
    void theAddressOfItsHostIsShownWhileThereIsThatHost() {
      UDisk disk = attached("pvc-1", A);
      String address = api.findHost(A).orElseThrow().addresses().getFirst();
      assertThat(disk.hostIp()).contains(address);
      region.vanished(A.value());
      assertThat(shown(disk).hostId()).contains(A.value());
      assertThat(shown(disk).hostIp()).isEmpty();
    }

    @Test
    void aHostHasWhatIsComingWhatIsThereAndWhatIsLeaving() {
      UDisk there = attached("pvc-1", A);
      UDisk leaving = attached("pvc-2", A);
      UDisk elsewhere = attached("pvc-3", B);
      UDisk coming = made("pvc-4");
      api.attach(coming, A, false);
      api.detach(leaving, A.value());
      assertThat(api.on(A).stream().filter(disk -> !disk.isSystemDisk()))
          .extracting(UDisk::id)
          .containsExactlyInAnyOrder(there.id(), leaving.id(), coming.id())
          .doesNotContain(elsewhere.id());
    }

    @Test
    void whatIsShownIsOldWhereListsLag() {
      UDisk disk = made("pvc-1");
      UDisk gone = made("pvc-2");
      region.pass(Duration.ofSeconds(20));
      region.lag(Duration.ofSeconds(8));
      api.attach(disk, A, false);
      api.delete(gone);
      VolumeId young = create("pvc-3");
      region.pass(Duration.ofSeconds(5));
      assertThat(shown(disk)).isEqualTo(disk);
      assertThat(shown(gone)).isEqualTo(gone);
      assertThat(api.find(young)).isEmpty();
      assertThat(api.named("pvc-3_uk8s-x")).isEmpty();
      assertThat(api.on(A)).extracting(UDisk::id).doesNotContain(disk.id());
      assertThat(dataDisks(api.page(0))).containsExactly(disk, gone);
      region.pass(Duration.ofSeconds(10));
      assertThat(shown(disk).hostId()).contains(A.value());
      assertThat(api.find(id(gone))).isEmpty();
      assertThat(api.find(young)).isPresent();
      assertThat(api.named("pvc-3_uk8s-x")).hasSize(1);
    }

    @Test
    void oneLookMayBeOlderThanTheNext() {
      UDisk disk = made("pvc-1");
      region.pass(Duration.ofSeconds(20));
      api.attach(disk, A, false);
      region.pass(STEP);
      region.nextLookIsOld(Duration.ofSeconds(10));
      assertThat(shown(disk)).isEqualTo(disk);
      assertThat(shown(disk).status()).isEqualTo(UDiskStatus.INUSE);
    }

    @Test
    void nothingCanBeConcludedWhereNothingCanBeRead() {
      UDisk disk = attached("pvc-1", A);
      region.nothingCanBeRead();
      unreadable(() -> api.find(id(disk)));
      unreadable(() -> api.named(disk.name()));
      unreadable(() -> api.on(A));
      unreadable(() -> api.page(0));
      unreadable(() -> api.findHost(A));
      unreadable(() -> api.isHost(A));
    }

    private void unreadable(ThrowingCallable look) {
      Unavailable failure = catchThrowableOfType(Unavailable.class, look);
      assertThat(failure).isNotNull();
      assertThat(MalformedRecords.isCauseOf(failure)).isFalse();
    }
  }

  @Nested
  class Pages {
    private final List<UDisk> made = new ArrayList<>();

    private void account(int disks) {
      for (int i = 0; i < disks; i++) {
        create("pvc-" + i);
      }
      region.pass(STEP);
    }

    @Test
    void everyDiskIsOnOnePageAndAllAreCounted() {
      account(130);
      List<UDisk> met = new ArrayList<>();
      Page<UDisk> page;
      do {
        page = api.page(met.size());
        met.addAll(page.items());
        assertThat(page.size()).isLessThanOrEqualTo(100);
      } while (met.size() < page.totalCount());
      assertThat(met).doesNotHaveDuplicates();
      assertThat(met.stream().filter(disk -> !disk.isSystemDisk())).hasSize(130);
      assertThat(api.page(met.size()).items()).isEmpty();
      assertThat(api.page(met.size()).totalCount()).isEqualTo(met.size());
    }

    /** Whoever walks by offsets misses it. */
    @Test
    void whatMovesUpBetweenTwoPagesIsOnNeither() {
      account(120);
      made.addAll(dataDisks(api.page(0)));
      UDisk passedOver = api.page(100).items().getFirst();
      api.delete(made.getFirst());
      region.pass(STEP);
      assertThat(api.page(100).items()).doesNotContain(passedOver);
      assertThat(api.page(99).items()).contains(passedOver);
    }

    @Test
    void allOfANameAreReadHoweverManyTheyAre() {
      for (int i = 0; i < 105; i++) {
        create("pvc-1");
      }
      assertThat(api.named("pvc-1_uk8s-x")).hasSize(105);
    }
  }

  @Nested
  class Unreadable {
    @ParameterizedTest
    @ValueSource(strings = {"Size", "Zone", "Status"})
    void aRecordThatLacksSomethingIsThereButCannotBeUsed(String field) {
      UDisk odd = attached("pvc-1", A);
      UDisk other = attached("pvc-2", A);
      region.showWithout(odd.id(), field);
      cannotBeUsed(() -> api.find(id(odd)));
      cannotBeUsed(() -> api.named(odd.name()));
      assertThat(api.find(id(other))).contains(other);
      assertThat(api.named(other.name())).containsExactly(other);
      assertThat(api.on(A).stream().filter(disk -> !disk.isSystemDisk())).containsExactly(other);
      Page<UDisk> page = api.page(0);
      assertThat(dataDisks(page)).containsExactly(other);
      assertThat(page.odd())
          .singleElement()
          .satisfies(record -> {
            assertThat(record.id()).contains(odd.id());
            assertThat(record.name()).contains(odd.name());
          });
      assertThat(page.totalCount()).isEqualTo(page.items().size() + 1);
    }

    @Test
    void whatIsNotShownYetIsAbsentAndNotOdd() {
      region.lag(Duration.ofSeconds(8));
      VolumeId young = create("pvc-1");
      region.showWithout(young.value(), "Size");
      assertThat(api.find(young)).isEmpty();
      assertThat(api.named("pvc-1_uk8s-x")).isEmpty();
      assertThat(api.page(0).odd()).isEmpty();
    }

    @Test
    void aHostThatLacksItsZoneIsNotAbsentAndSpoilsNoOther() {
      region.showWithout(A.value(), "Zone");
      cannotBeUsed(() -> api.findHost(A));
      assertThat(api.findHosts(List.of(A, B))).containsOnlyKeys(B);
      assertThat(api.isHost(A)).isTrue();
    }

    private void cannotBeUsed(ThrowingCallable look) {
      Unavailable failure = catchThrowableOfType(Unavailable.class, look);
      assertThat(failure).hasMessageContaining("cannot be used: the cloud shows that it");
      assertThat(MalformedRecords.isCauseOf(failure)).isTrue();
    }
  }

  @Nested
  class Hosts {
    @Test
    void hostsAreFoundAndAbsentOnesAreEmpty() {
      NodeId bareMetal = new NodeId(ApiHarness.BARE_METAL);
      NodeId none = new NodeId("uhost-none");
      NodeId noMetal = new NodeId("upm-none");
      Map<NodeId, Optional<Host>> found = api.findHosts(List.of(A, FAST, bareMetal, none, noMetal));
      assertThat(found).containsOnlyKeys(A, FAST, bareMetal, none, noMetal);
      assertThat(requireNonNull(found.get(A)).orElseThrow().zone()).isEqualTo(ApiHarness.ZONE);
      assertThat(requireNonNull(found.get(A)).orElseThrow().rdmaCluster()).isEmpty();
      assertThat(requireNonNull(found.get(FAST)).orElseThrow().rdmaCluster()).contains("rdma-1");
      assertThat(found.get(bareMetal)).isPresent();
      assertThat(found.get(none)).isEmpty();
      assertThat(found.get(noMetal)).isEmpty();
      assertThat(api.isHost(A)).isTrue();
      assertThat(api.isHost(bareMetal)).isTrue();
      assertThat(api.isHost(none)).isFalse();
    }

    @Test
    void aHostThatIsGoneIsAbsent() {
      region.vanished(A.value());
      assertThat(api.findHost(A)).isEmpty();
      assertThat(api.isHost(A)).isFalse();
    }

    @Test
    void aHostTellsItsDataDisksButNotThoseOnTheirWay() {
      UDisk disk = made("pvc-1");
      api.attach(disk, A, false);
      assertThat(api.findHost(A).orElseThrow().dataDisks()).isEmpty();
      region.pass(STEP);
      assertThat(api.findHost(A).orElseThrow().dataDisks()).containsExactly(disk.id());
      api.detach(disk, A.value());
      region.pass(STEP);
      assertThat(api.findHost(A).orElseThrow().dataDisks()).isEmpty();
    }
  }

  /** A change of a disk, and whether it has been done. */
  enum Change {
    ATTACH("AttachUDisk"),
    DETACH("DetachUDisk"),
    DELETE("DeleteUDisk"),
    GROW("ResizeUDisk");

    private final String action;

    Change(String action) {
      this.action = action;
    }

    UDisk subject(DiskApiContract contract) {
      return this == DETACH ? contract.attached("pvc-1", A) : contract.made("pvc-1");
    }

    void ask(DiskApi api, UDisk disk) {
      switch (this) {
        case ATTACH -> api.attach(disk, A, false);
        case DETACH -> api.detach(disk, A.value());
        case DELETE -> api.delete(disk);
        case GROW -> api.resize(disk, TWENTY);
      }
    }

    boolean isDone(Optional<UDisk> now) {
      return switch (this) {
        case ATTACH -> now.orElseThrow().status() == UDiskStatus.INUSE;
        case DETACH -> now.orElseThrow().status() == UDiskStatus.AVAILABLE;
        case DELETE -> now.isEmpty();
        case GROW -> now.orElseThrow().size().equals(TWENTY);
      };
    }
  }

  @Nested
  class Faults {
    @ParameterizedTest
    @EnumSource
    void aChangeTakesItsTime(Change change) {
      UDisk disk = change.subject(DiskApiContract.this);
      change.ask(api, disk);
      assertThat(isDone(change, disk)).isFalse();
      region.pass(STEP);
      assertThat(isDone(change, disk)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void aChangeWhoseAnswerIsLostIsDone(Change change) {
      UDisk disk = change.subject(DiskApiContract.this);
      region.next(change.action, new Fault.AnswerLost());
      unanswered(() -> change.ask(api, disk));
      region.pass(STEP);
      assertThat(isDone(change, disk)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void aChangeThatIsLostIsNeverDone(Change change) {
      UDisk disk = change.subject(DiskApiContract.this);
      region.next(change.action, new Fault.OrderLost());
      unanswered(() -> change.ask(api, disk));
      region.pass(Duration.ofMinutes(5));
      assertThat(isDone(change, disk)).isFalse();
      change.ask(api, disk);
      region.pass(STEP);
      assertThat(isDone(change, disk)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void aLateChangeIsNotAnsweredAndDoneLater(Change change) {
      UDisk disk = change.subject(DiskApiContract.this);
      region.next(change.action, new Fault.Late(Duration.ofSeconds(30)));
      unanswered(() -> change.ask(api, disk));
      region.pass(Duration.ofSeconds(29));
      assertThat(isDone(change, disk)).isFalse();
      region.pass(Duration.ofSeconds(3));
      assertThat(isDone(change, disk)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void anAcceptedChangeMayBeDoneLater(Change change) {
      UDisk disk = change.subject(DiskApiContract.this);
      region.next(change.action, new Fault.AcceptedLate(Duration.ofSeconds(30)));
      change.ask(api, disk);
      region.pass(Duration.ofSeconds(29));
      assertThat(isDone(change, disk)).isFalse();
      region.pass(Duration.ofSeconds(3));
      assertThat(isDone(change, disk)).isTrue();
    }

    @Test
    void aCreationWhoseAnswerIsLostHasMadeADisk() {
      region.next("CreateUDisk", new Fault.AnswerLost());
      unanswered(() -> create("pvc-1"));
      assertThat(api.named("pvc-1_uk8s-x")).hasSize(1);
    }

    @Test
    void aCreationThatIsLostMakesNone() {
      region.next("CreateUDisk", new Fault.OrderLost());
      unanswered(() -> create("pvc-1"));
      region.pass(Duration.ofMinutes(5));
      assertThat(api.named("pvc-1_uk8s-x")).isEmpty();
    }

    @Test
    void aLateCreationMakesADiskLater() {
      region.next("CreateUDisk", new Fault.Late(Duration.ofSeconds(30)));
      unanswered(() -> create("pvc-1"));
      assertThat(api.named("pvc-1_uk8s-x")).isEmpty();
      region.pass(Duration.ofSeconds(32));
      assertThat(api.named("pvc-1_uk8s-x")).hasSize(1);
    }

    /** One that is refused when its time comes does nothing, and nobody hears of it. */
    @Test
    void aLateChangeMeetsTheDiskAsItIsThen() {
      UDisk disk = made("pvc-1");
      region.next("AttachUDisk", new Fault.Late(Duration.ofSeconds(30)));
      unanswered(() -> api.attach(disk, A, false));
      region.next("DeleteUDisk", new Fault.Late(Duration.ofSeconds(30)));
      unanswered(() -> api.delete(disk));
      api.attach(disk, B, false);
      region.pass(Duration.ofMinutes(1));
      assertThat(shown(disk).status()).isEqualTo(UDiskStatus.INUSE);
      assertThat(shown(disk).hostId()).contains(B.value());
    }

    @Test
    void aLateDetachFromOneHostDoesNotTakeTheDiskOffAnother() {
      UDisk disk = attached("pvc-1", A);
      region.next("DetachUDisk", new Fault.Late(Duration.ofSeconds(30)));
      unanswered(() -> api.detach(disk, A.value()));
      detach(disk);
      api.attach(disk, B, false);
      region.pass(Duration.ofMinutes(1));
      assertThat(shown(disk).hostId()).contains(B.value());
    }

    @Test
    void aLateChangeBringsNoDeletedDiskBack() {
      UDisk disk = made("pvc-1");
      region.next("AttachUDisk", new Fault.Late(Duration.ofSeconds(30)));
      unanswered(() -> api.attach(disk, A, false));
      api.delete(disk);
      region.pass(Duration.ofMinutes(1));
      assertThat(api.find(id(disk))).isEmpty();
    }

    @Test
    void aRefusalWhoseAnswerIsLostIsNoRefusal() {
      UDisk disk = attached("pvc-1", A);
      region.next("AttachUDisk", new Fault.AnswerLost());
      unanswered(() -> api.attach(disk, B, false));
    }

    private boolean isDone(Change change, UDisk disk) {
      return change.isDone(api.find(id(disk)));
    }

    private void unanswered(ThrowingCallable change) {
      OutcomeUnknown failure = catchThrowableOfType(OutcomeUnknown.class, change);
      assertThat(failure).hasMessageContaining("got no answer");
      assertThat(ApiErrors.isRefusal(failure)).isFalse();
    }
  }

  @Nested
  class Refused {
    /** Whatever the cloud says no with, the caller learns what {@link ApiErrors} makes of it. */
    @Test
    void everyRetCodeIsToldAsWhatItMeans() {
      UDisk disk = made("pvc-1");
      for (RetCode code : RetCode.values()) {
        DriverException expected = ApiErrors.ofMutation(new ApiRefused("any", code.code(), "", ""));
        region.next("CreateUDisk", new Fault.Refused(code.code()));
        assertThatThrownBy(() -> create("pvc-2")).as("%s", code).hasSameClassAs(expected);
        region.next("AttachUDisk", new Fault.Refused(code.code()));
        if (code == RetCode.DISK_UNKNOWN) {
          assertThatThrownBy(() -> api.attach(disk, A, false)).isInstanceOf(NotFound.class);
          region.next("DeleteUDisk", new Fault.Refused(code.code()));
          api.delete(disk);
        } else {
          assertThatThrownBy(() -> api.attach(disk, A, false))
              .as("%s", code)
              .hasSameClassAs(expected);
        }
      }
      assertThat(api.named("pvc-2_uk8s-x")).isEmpty();
      assertThat(shown(disk)).isEqualTo(disk);
    }

    @Test
    void anUnknownRetCodeLeavesTheOutcomeOpenButIsAnAnswer() {
      region.next("CreateUDisk", new Fault.Refused(17999));
      refused(() -> create("pvc-1"), false);
    }

    @Test
    void anAttachOfADiskThatIsNotFree() {
      UDisk disk = made("pvc-1");
      api.attach(disk, A, false);
      pending(() -> api.attach(disk, A, false));
      region.pass(STEP);
      pending(() -> api.attach(disk, A, false));
      pending(() -> api.attach(disk, B, false));
      api.detach(disk, A.value());
      pending(() -> api.attach(disk, A, false));
      api.delete(made("pvc-2"));
      UDisk young = shown(create("pvc-3"));
      refused(() -> api.attach(young, A, false), true);
      UDisk growing = made("pvc-4");
      api.resize(growing, TWENTY);
      refused(() -> api.attach(growing, A, false), true);
      UDisk leaving = made("pvc-5");
      api.delete(leaving);
      refused(() -> api.attach(leaving, A, false), true);
      region.pass(STEP);
      assertThatThrownBy(() -> api.attach(leaving, A, false)).isInstanceOf(NotFound.class);
    }

    @Test
    void anAttachToAHostThatCannotTakeIt() {
      UDisk disk = made("pvc-1");
      refused(() -> api.attach(disk, new NodeId("uhost-none"), false), true);
      refused(() -> api.attach(disk, new NodeId(ApiHarness.FAR), false), true);
      for (int i = 0; i < Host.MOST_DATA_DISKS; i++) {
        api.attach(made("pvc-full-" + i), B, false);
      }
      region.pass(STEP);
      assertThat(api.findHost(B).orElseThrow().isFull()).isTrue();
      refused(() -> api.attach(disk, B, false), true);
      assertThat(shown(disk)).isEqualTo(disk);
    }

    @Test
    void anRssdDiskGoesToAnotherClusterOnlyWhenThatIsAsked() {
      NodeId elsewhere = new NodeId(ApiHarness.FAST_ELSEWHERE);
      UDisk disk = rssd("pvc-1", Optional.of("rdma-1"));
      refused(() -> api.attach(disk, elsewhere, false), false);
      refused(() -> api.attach(disk, A, true), false);
      api.attach(disk, elsewhere, true);
      region.pass(STEP);
      detach(shown(disk));
      api.attach(disk, FAST, false);
    }

    @Test
    void aDetachOfADiskThatIsNotThere() {
      UDisk disk = made("pvc-1");
      refused(() -> api.detach(disk, A.value()), false);
      api.attach(disk, A, false);
      pending(() -> api.detach(disk, A.value()));
      region.pass(STEP);
      refused(() -> api.detach(disk, B.value()), false);
      refused(() -> api.detach(disk, shown(disk).hostIp().orElseThrow()), false);
      api.detach(disk, A.value());
      pending(() -> api.detach(disk, A.value()));
      region.deleted(disk);
      api.detach(disk, A.value());
    }

    @Test
    void aHostThatIsGoneLosesItsDisks() {
      UDisk disk = attached("pvc-1", A);
      region.vanished(A.value());
      api.detach(disk, A.value());
      region.pass(STEP);
      assertThat(shown(disk).hostId()).isEmpty();
    }

    @Test
    void aDeletionOfADiskThatIsInUseOrChanging() {
      UDisk young = shown(create("pvc-1"));
      refused(() -> api.delete(young), false);
      region.pass(STEP);
      api.attach(young, A, false);
      pending(() -> api.delete(young));
      region.pass(STEP);
      pending(() -> api.delete(young));
      api.detach(young, A.value());
      pending(() -> api.delete(young));
      region.pass(STEP);
      api.resize(young, TWENTY);
      refused(() -> api.delete(young), false);
      region.pass(STEP);
      api.delete(young);
      api.delete(young);
      region.pass(STEP);
      assertThat(api.find(id(young))).isEmpty();
      api.delete(young);
    }

    @Test
    void aGrowthOfAFreeDisk() {
      UDisk disk = made("pvc-1");
      refused(() -> api.resize(disk, DiskSize.ofGib(5)), false);
      refused(() -> api.resize(disk, DiskSize.ofGib(9000)), false);
      api.resize(disk, TWENTY);
      refused(() -> api.resize(disk, TWENTY), false);
      region.pass(STEP);
      assertThat(shown(disk).size()).isEqualTo(TWENTY);
      api.resize(disk, TWENTY);
      region.pass(STEP);
      api.attach(disk, A, false);
      pending(() -> api.resize(disk, DiskSize.ofGib(30)));
      region.deleted(disk);
      assertThatThrownBy(() -> api.resize(disk, TWENTY)).isInstanceOf(NotFound.class);
    }

    @Test
    void aGrowthOfADiskOnAHost() {
      UDisk disk = attached("pvc-1", A);
      refused(() -> api.resize(disk, TEN), false);
      refused(() -> api.resize(disk, DiskSize.ofGib(15)), false);
      api.resize(disk, TWENTY);
      refused(() -> api.detach(disk, A.value()), false);
      region.pass(STEP);
      assertThat(shown(disk).size()).isEqualTo(TWENTY);
      assertThat(shown(disk).hostId()).contains(A.value());
      detach(disk);
      refused(() -> api.resize(disk, DiskSize.ofGib(30)), false);
      region.deleted(disk);
      refused(() -> api.resize(disk, DiskSize.ofGib(30)), false);
    }

    @Test
    void aHostSaysWhetherItWouldSeeTheGrowth() {
      UDisk free = made("pvc-1");
      UDisk there = attached("pvc-2", A);
      UDisk slow = attached("pvc-3", new NodeId(ApiHarness.SLOW));
      UDisk metal = attached("pvc-4", new NodeId(ApiHarness.BARE_METAL));
      assertThat(api.resizeNeedsRestart(free, TWENTY)).isFalse();
      assertThat(api.resizeNeedsRestart(there, TWENTY)).isFalse();
      assertThat(api.resizeNeedsRestart(slow, TWENTY)).isTrue();
      assertThat(api.resizeNeedsRestart(metal, TWENTY)).isFalse();
      assertThat(shown(slow)).isEqualTo(slow);
      region.detached(slow);
      assertThatThrownBy(() -> api.resizeNeedsRestart(slow, TWENTY))
          .isInstanceOf(Unavailable.class);
    }

    @Test
    void aGrowthOnBareMetal() {
      UDisk disk = attached("pvc-1", new NodeId(ApiHarness.BARE_METAL));
      api.resize(disk, TWENTY);
      region.pass(STEP);
      assertThat(shown(disk).size()).isEqualTo(TWENTY);
    }
  }

  @Nested
  class Copied {
    @Test
    void aCopyHasZoneAndTypeOfItsSourceAndIsNeverSmaller() {
      VolumeId source = api.create(spec("pvc-1"), DiskType.SATA, ApiHarness.ZONE, Optional.empty());
      region.pass(STEP);
      UDisk small = shown(copy(source, "pvc-2", DiskSize.ofGib(1)));
      assertThat(small.status()).isEqualTo(UDiskStatus.CLONING);
      assertThat(small.size()).isEqualTo(TEN);
      assertThat(small.type()).contains(DiskType.SATA);
      region.pass(STEP);
      assertThat(shown(small).status()).isEqualTo(UDiskStatus.AVAILABLE);
      assertThat(shown(copy(source, "pvc-3", TWENTY)).size()).isEqualTo(TWENTY);
    }

    @Test
    void aSourceIsKeptFromChangesWhileItIsCopied() {
      UDisk source = made("pvc-1");
      UDisk copy = shown(copy(id(source), "pvc-2", TEN));
      pending(() -> copy(id(source), "pvc-3", TEN));
      pending(() -> api.attach(source, A, false));
      pending(() -> api.delete(source));
      pending(() -> api.resize(source, TWENTY));
      refused(() -> api.attach(copy, A, false), true);
      region.pass(STEP);
      api.attach(source, A, false);
    }

    @Test
    void onlyAFreeDiskIsCopied() {
      UDisk disk = attached("pvc-1", A);
      pending(() -> copy(id(disk), "pvc-2", TEN));
      VolumeId young = create("pvc-3");
      refused(() -> copy(young, "pvc-4", TEN), false);
      assertThatThrownBy(() -> copy(new VolumeId("bsm-none"), "pvc-5", TEN))
          .isInstanceOf(NotFound.class)
          .hasMessage("volume bsm-none does not exist");
    }

    private VolumeId copy(VolumeId source, String name, DiskSize size) {
      return api.copy(new OfVolume(source), ApiHarness.ZONE, size, spec(name));
    }
  }

  private static void pending(ThrowingCallable change) {
    assertThatThrownBy(change).isInstanceOf(OperationPending.class);
  }

  private static void refused(ThrowingCallable change, boolean isAttachFailed) {
    OutcomeUnknown failure = catchThrowableOfType(OutcomeUnknown.class, change);
    assertThat(failure).hasMessageContaining("was refused with RetCode");
    assertThat(ApiErrors.isRefusal(failure)).isTrue();
    assertThat(ApiErrors.isAttachFailed(failure)).isEqualTo(isAttachFailed);
  }

  private VolumeId create(String name) {
    return api.create(spec(name), DiskType.SSD, ApiHarness.ZONE, Optional.empty());
  }

  private UDisk made(String name) {
    VolumeId id = create(name);
    region.pass(STEP);
    return shown(id);
  }

  private UDisk rssd(String name, Optional<String> cluster) {
    VolumeId id = api.create(spec(name), DiskType.RSSD, ApiHarness.ZONE, cluster);
    region.pass(STEP);
    return shown(id);
  }

  private UDisk attached(String name, NodeId host) {
    UDisk disk = made(name);
    api.attach(disk, host, false);
    region.pass(STEP);
    return shown(disk);
  }

  private void detach(UDisk disk) {
    api.detach(disk, disk.hostId().orElseThrow());
    region.pass(STEP);
  }

  private UDisk shown(UDisk disk) {
    return shown(id(disk));
  }

  private UDisk shown(VolumeId id) {
    return api.find(id).orElseThrow();
  }

  private static VolumeId id(UDisk disk) {
    return new VolumeId(disk.id());
  }

  private static List<UDisk> dataDisks(Page<UDisk> page) {
    return page.items().stream().filter(disk -> !disk.isSystemDisk()).toList();
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
