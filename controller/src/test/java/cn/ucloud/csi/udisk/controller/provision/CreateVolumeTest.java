package cn.ucloud.csi.udisk.controller.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.Incompatible;
import cn.ucloud.csi.udisk.common.error.DriverException.LimitReached;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.error.DriverException.SoldOut;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskTerms;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskType;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Standing;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import cn.ucloud.csi.udisk.controller.fixture.FakeCloud;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi.Fault;
import cn.ucloud.csi.udisk.controller.fixture.VirtualTime;
import cn.ucloud.csi.udisk.controller.fixture.Volumes;
import cn.ucloud.csi.udisk.controller.model.Capacity;
import cn.ucloud.csi.udisk.controller.model.DiskName;
import cn.ucloud.csi.udisk.controller.model.DiskPlan;
import cn.ucloud.csi.udisk.controller.model.VolumeSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class CreateVolumeTest {
  private static final Duration SETTLE = FakeCloud.SETTLE;
  private static final VolumeSpec SPEC = spec(10, DiskType.SSD);

  private final VirtualTime time = new VirtualTime();
  private final FakeDiskApi cloud = new FakeDiskApi(time);
  private Volumes volumes = newProcess(cloud, time);

  @Test
  void theFirstCallMakesTheDiskAndTheSecondFindsIt() {
    CreatedVolume first = create();
    assertThat(create()).isEqualTo(first);
    assertThat(cloud.orders).containsExactly("create ssd pvc-1_uk8s-x");
  }

  @Test
  void aYoungProcessDoesNotTakeAbsenceForProof() {
    // known failure D3.18: the process before this one may have sent the create just before it
    // died.
    cloud.lag = Duration.ofSeconds(10);
    long start = time.now();
    create();
    assertThat(Duration.ofNanos(time.now() - start)).isGreaterThanOrEqualTo(SETTLE);
  }

  @Test
  void anOldProcessOrdersAtOnce() {
    time.pass(SETTLE);
    long start = time.now();
    create();
    assertThat(Duration.ofNanos(time.now() - start)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void aDiskWhoseCreateAnswerWasLostIsFoundAndNotMadeTwice() {
    time.pass(SETTLE);
    cloud.lag = Duration.ofSeconds(10);
    cloud.faults.add(new Fault.AnswerLost());
    create();
    assertThat(cloud.existing()).hasSize(1);
    assertThat(cloud.orders).hasSize(1);
  }

  @Test
  void aDiskThatAppearsAMinuteAfterTheLostAnswerIsFoundAndNotMadeTwice() {
    time.pass(SETTLE);
    cloud.lag = Duration.ofSeconds(10);
    cloud.faults.add(new Fault.Late(Duration.ofSeconds(60)));
    create();
    assertThat(cloud.existing()).hasSize(1);
  }

  @Test
  void aCreateThatNeverArrivedIsOrderedAgainOnlyAfterItHasSettled() {
    time.pass(SETTLE);
    cloud.faults.add(new Fault.OrderLost());
    long start = time.now();
    assertThatThrownBy(this::create).isInstanceOf(OutcomeUnknown.class);
    assertThat(Duration.ofNanos(time.now() - start)).isGreaterThanOrEqualTo(SETTLE);
    create();
    assertThat(cloud.existing()).hasSize(1);
  }

  @Test
  void aCreateThatWasRefusedWithAnUnknownCodeCostsFewLookUps() {
    time.pass(SETTLE);
    cloud.faults.add(new Fault.Refused(17999));
    assertThatThrownBy(this::create).isInstanceOf(OutcomeUnknown.class);
    assertThat(cloud.looksByName).isLessThanOrEqualTo(30); // with two spellings of the name
  }

  @Test
  void aProcessKilledRightAfterSendingIsFollowedByOneThatMakesNoSecondDisk() {
    time.pass(SETTLE);
    cloud.lag = Duration.ofSeconds(14);
    cloud.create(
        SPEC, DiskType.SSD, FakeDiskApi.ZONE, Optional.empty()); // sent by a process that is gone
    volumes = newProcess(cloud, time);
    create();
    assertThat(cloud.existing()).hasSize(1);
  }

  @Property(tries = 200)
  void whateverIsLostLateOrKilledOneNameMakesOneDisk(
      @ForAll("faults") List<Optional<Fault>> faults,
      @ForAll @IntRange(min = 0, max = 14) int lagSeconds,
      @ForAll List<Boolean> restarts) {
    VirtualTime clock = new VirtualTime();
    FakeDiskApi disks = new FakeDiskApi(clock);
    disks.lag = Duration.ofSeconds(lagSeconds);
    Volumes process = newProcess(disks, clock);
    for (int attempt = 0; ; attempt++) {
      if (attempt < faults.size()) {
        faults.get(attempt).ifPresent(disks.faults::add);
      }
      if (attempt < restarts.size() && restarts.get(attempt)) {
        process = newProcess(disks, clock);
      }
      try {
        process.create(SPEC, Progress.unwatched());
        break;
      } catch (DriverException.Uncertain e) {
        assertThat(attempt).as("attempts").isLessThan(20);
      }
    }
    clock.pass(Duration.ofMinutes(5));
    assertThat(disks.existing()).hasSize(1);
  }

  @Provide
  Arbitrary<List<Optional<Fault>>> faults() {
    Arbitrary<Fault> late =
        Arbitraries.integers().between(0, 60).map(s -> new Fault.Late(Duration.ofSeconds(s)));
    Arbitrary<Fault> lost = Arbitraries.of(new Fault.AnswerLost(), new Fault.OrderLost());
    return Arbitraries.oneOf(late, lost).optional(0.7).list().ofMaxSize(6);
  }

  @Test
  void anotherRequestUnderTheNameIsRefusedAndMakesNothing() {
    create();
    assertThatThrownBy(() -> volumes.create(spec(20, DiskType.SSD), Progress.unwatched()))
        .isInstanceOf(Incompatible.class)
        .hasMessage("the disk bsm-1 named pvc-1_uk8s-x has 10 GiB, not 20 GiB");
    assertThatThrownBy(() -> volumes.create(spec(10, DiskType.SATA), Progress.unwatched()))
        .isInstanceOf(OutcomeUnknown.class)
        .hasMessageContaining("is of type ssd, not sata");
    assertThat(cloud.existing()).hasSize(1);
  }

  @Test
  void aDiskTheClosedDriverMadeUnderTheBareNameIsTheVolume() {
    cloud.put(FakeDiskApi.disk("bsm-old", "pvc-1", UDiskStatus.AVAILABLE, Optional.empty()));
    assertThat(create().volume().id().value()).isEqualTo("bsm-old");
    assertThat(cloud.orders).isEmpty();
  }

  @Test
  void ofTwoDisksWithTheNameTheOldestIsTheVolumeEveryTime() {
    // known failure D3.22
    UDisk younger =
        FakeDiskApi.disk("bsm-a", "pvc-1_uk8s-x", UDiskStatus.AVAILABLE, Optional.empty());
    cloud.put(
        new UDisk(
            "bsm-z",
            younger.name(),
            younger.zone(),
            younger.size(),
            younger.status(),
            younger.type(),
            younger.hostId(),
            younger.hostIp(),
            younger.deviceName(),
            false,
            younger.createTime() - 1,
            Optional.empty(),
            Standing.GOOD));
    cloud.put(younger);
    assertThat(create().volume().id().value()).isEqualTo("bsm-z");
    assertThat(create().volume().id().value()).isEqualTo("bsm-z");
    assertThat(cloud.existing()).hasSize(2);
  }

  @Test
  void soldOutIsSaidAtOnceAndLeavesNothing() {
    time.pass(SETTLE);
    cloud.faults.add(new Fault.Refused(17005));
    assertThatThrownBy(this::create).isInstanceOf(SoldOut.class);
    assertThat(cloud.existing()).isEmpty();
  }

  @Test
  void whatIsSoldOutIsFollowedByTheNextTypeAndByNoOtherRefusal() {
    time.pass(SETTLE);
    VolumeSpec either = spec(10, DiskType.RSSD, DiskType.SSD);
    cloud.faults.add(new Fault.Refused(17067));
    assertThatThrownBy(() -> volumes.create(either, Progress.unwatched()))
        .isInstanceOf(LimitReached.class);
    cloud.faults.add(new Fault.Refused(17005));
    assertThat(volumes.create(either, Progress.unwatched()).volume().type()).contains(DiskType.SSD);
    assertThat(cloud.orders)
        .containsExactly(
            "create rssd pvc-1_uk8s-x", "create rssd pvc-1_uk8s-x", "create ssd pvc-1_uk8s-x");
    assertThat(volumes.create(either, Progress.unwatched()).volume().id().value())
        .as("found again under either type")
        .isEqualTo(cloud.existing().getFirst().id());
  }

  @Test
  void aLostAnswerIsNotFollowedByTheNextType() {
    time.pass(SETTLE);
    cloud.faults.add(new Fault.Late(Duration.ofSeconds(30)));
    volumes.create(spec(10, DiskType.RSSD, DiskType.SSD), Progress.unwatched());
    assertThat(cloud.existing()).hasSize(1);
  }

  @Test
  void badKeysProveNothingAboutTheDiskSoTheyAreNotFinal() {
    cloud.readFailure = Optional.of(new Unavailable("171"));
    assertThatThrownBy(this::create).isInstanceOf(Unavailable.class).hasMessage("171");
  }

  @Test
  void aDiskTheCloudFailedToMakeIsNamedAndNotReplaced() {
    cloud.put(FakeDiskApi.disk("bsm-bad", "pvc-1_uk8s-x", UDiskStatus.FAILED, Optional.empty()));
    assertThatThrownBy(this::create)
        .isInstanceOf(OutcomeUnknown.class)
        .hasMessageContaining("bsm-bad");
    assertThat(cloud.orders).isEmpty();
  }

  private CreatedVolume create() {
    return volumes.create(SPEC, Progress.unwatched());
  }

  private static Volumes newProcess(FakeDiskApi cloud, VirtualTime time) {
    return FakeCloud.volumes(cloud, time);
  }

  private static VolumeSpec spec(int gib, DiskType... types) {
    DiskSize size = DiskSize.ofGib(gib);
    return new VolumeSpec(
        DiskName.of("pvc-1", "uk8s-x"),
        new Capacity(size, size.bytes(), Optional.empty()),
        new DiskPlan(List.of(types), DiskTerms.PLAIN, Optional.empty()),
        List.of(FakeDiskApi.ZONE),
        Optional.empty());
  }
}
