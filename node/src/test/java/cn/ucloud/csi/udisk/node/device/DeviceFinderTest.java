package cn.ucloud.csi.udisk.node.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.DeviceName;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.PublishContext;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.node.fixture.Disk;
import cn.ucloud.csi.udisk.node.fixture.HangingSerial;
import cn.ucloud.csi.udisk.node.fixture.LoopHost;
import cn.ucloud.csi.udisk.node.sysfs.DeviceNumber;
import cn.ucloud.csi.udisk.node.sysfs.SysBlock;
import cn.ucloud.csi.udisk.testing.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

final class DeviceFinderTest {
  private static final VolumeId VOLUME = new VolumeId("bsm-test");
  private static final PublishContext VDB =
      PublishContext.of(new DeviceName("vdb"), DiskSize.ofGib(1));
  private static final PublishContext NOTHING =
      new PublishContext(Optional.empty(), Optional.empty());

  @RegisterExtension final LoopHost host = new LoopHost();

  private DeviceFinder finder(Duration timeout, HostDisks disks) {
    return new DeviceFinder(new SysBlock(host.sysfs()), host.dev(), disks, timeout);
  }

  private DeviceFinder impatient() {
    return finder(Duration.ofMillis(50), () -> AttachedDisks.NONE);
  }

  @Test
  void serialIsFoundWithPaddingAroundIt() throws IOException {
    Disk disk = host.disk(LoopHost.GIB);
    host.attach(disk, "vde", "vdb");
    Files.writeString(host.sysfs().resolve("block/vde/serial"), " UCLOUD_DISK_VDB\0\0  \n");
    BlockDevice device = impatient().await(VOLUME, VDB);
    assertThat(device.node()).isEqualTo(host.dev().resolve("vde"));
    assertThat(device.number()).isEqualTo(disk.number());
    assertThat(device.bytes()).isEqualTo(LoopHost.GIB);
    assertThat(device.identity().diskseq()).isPresent();
  }

  @Test
  void twoDevicesThatKeepOneSerialAreUnavailable() {
    host.attach(host.disk(LoopHost.GIB), "vdb", "vdb");
    host.attach(host.disk(LoopHost.GIB), "vdc", "vdb");
    assertThatThrownBy(() -> impatient().await(VOLUME, VDB))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("two disks");
  }

  @Test
  void oldDiskThatIsStillLeavingUnderTheSameSerialIsWaitedFor() throws Exception {
    host.attach(host.disk(LoopHost.GIB), "vdb", "vdb");
    Disk next = host.disk(LoopHost.GIB);
    host.attach(next, "vdc", "vdb");
    CountDownLatch asked = new CountDownLatch(1);
    AtomicReference<BlockDevice> found = new AtomicReference<>();
    DeviceFinder patient =
        finder(
            Duration.ofSeconds(Patience.SECONDS),
            () -> {
              asked.countDown();
              return new AttachedDisks(Map.of(VOLUME, Optional.of(new DeviceName("vdb"))));
            });
    Thread call = Thread.ofPlatform().start(() -> found.set(patient.await(VOLUME, NOTHING)));
    asked.await();
    host.remove("vdb");
    call.join();
    assertThat(found.get().number()).isEqualTo(next.number());
  }

  @Test
  void absentDeviceIsUnavailableAndTheMessageSaysWhatIsThere() {
    host.attach(host.disk(LoopHost.GIB), "vdb", "vdc");
    assertThatThrownBy(() -> impatient().await(VOLUME, VDB))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("UCLOUD_DISK_VDB")
        .hasMessageContaining("vdb=UCLOUD_DISK_VDC");
  }

  @Test
  void fileInPlaceOfADeviceIsNotTaken() throws IOException {
    host.describe(host.disk(LoopHost.GIB), "vdb", "vdb");
    Files.createFile(host.dev().resolve("vdb"));
    assertThatThrownBy(() -> impatient().await(VOLUME, VDB))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("does not exist yet as a block device");
  }

  @Test
  void letterIsAskedForIfTheContextHasNone() {
    host.attach(host.disk(LoopHost.GIB), "vdb", "vdq");
    DeviceFinder finder =
        finder(
            Duration.ofMillis(50),
            () -> new AttachedDisks(Map.of(VOLUME, Optional.of(new DeviceName("vdq")))));
    assertThat(finder.await(VOLUME, NOTHING).identity().serial()).isEqualTo("UCLOUD_DISK_VDQ");
  }

  @Test
  void nobodyKnowsTheLetterIsForbidden() {
    assertThatThrownBy(() -> impatient().await(VOLUME, NOTHING))
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining("neither the publish context nor the metadata server");
  }

  @Test
  void deviceThatAppearsLaterIsWaitedFor() throws Exception {
    Disk disk = host.disk(LoopHost.GIB);
    DeviceFinder patient = finder(Duration.ofSeconds(20), () -> AttachedDisks.NONE);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<BlockDevice> found = threads.submit(() -> patient.await(VOLUME, VDB));
      host.attach(disk, "vdb", "vdb");
      assertThat(found.get().number()).isEqualTo(disk.number());
    }
  }

  @Test
  void staleDeviceFileIsWaitedOut() throws InterruptedException, ExecutionException, IOException {
    Disk disk = host.disk(LoopHost.GIB);
    Disk other = host.disk(LoopHost.GIB);
    host.describe(disk, "vdb", "vdb");
    host.makeNode("vdb", other.number());
    DeviceFinder patient = finder(Duration.ofSeconds(20), () -> AttachedDisks.NONE);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<BlockDevice> found = threads.submit(() -> patient.await(VOLUME, VDB));
      Files.delete(host.dev().resolve("vdb"));
      host.makeNode("vdb", disk.number());
      assertThat(found.get().number()).isEqualTo(disk.number());
    }
  }

  @Test
  @Timeout(value = Patience.SECONDS, threadMode = SEPARATE_THREAD)
  void diskWhoseSerialHangsIsNamedAndStopsNoOtherVolume() throws IOException {
    Disk disk = host.disk(LoopHost.GIB);
    host.attach(disk, "vdb", "vdb");
    host.attach(host.disk(LoopHost.GIB), "vdc", "vdc");
    PublishContext vdc = PublishContext.of(new DeviceName("vdc"), DiskSize.ofGib(1));
    DeviceFinder finder = impatient();
    try (HangingSerial _ = new HangingSerial(host, "vdc")) {
      BlockDevice found = finder.await(VOLUME, VDB);
      assertThat(found.number()).isEqualTo(disk.number());
      assertThat(finder.require(VOLUME, found.identity())).isEqualTo(found);
      assertThat(finder.find(found.identity())).contains(found);
      assertThatThrownBy(() -> finder.await(VOLUME, vdc))
          .isInstanceOf(Unavailable.class)
          .hasMessageContaining("there are [vdb=UCLOUD_DISK_VDB]; vdc does not answer");
    }
  }

  @Test
  @Timeout(value = Patience.SECONDS, threadMode = SEPARATE_THREAD)
  void diskThatAnswersLateIsWaitedFor() throws Exception {
    Disk disk = host.disk(LoopHost.GIB);
    host.attach(disk, "vdb", "vdb");
    DeviceFinder patient = finder(Duration.ofSeconds(40), () -> AttachedDisks.NONE);
    HangingSerial hanging = new HangingSerial(host, "vdb");
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<BlockDevice> found = threads.submit(() -> patient.await(VOLUME, VDB));
      try (hanging) {
        assertThatThrownBy(() -> impatient().await(VOLUME, VDB)).isInstanceOf(Unavailable.class);
        assertThat(found.isDone()).isFalse();
      }
      assertThat(found.get().number()).isEqualTo(disk.number());
    }
  }

  @Test
  void numbersOfPartitionsCountAsPresent() throws IOException {
    Path partition = host.sysfs().resolve("block/vdb/vdb1");
    Files.createDirectories(partition);
    Files.writeString(partition.resolve("dev"), "253:17\n");
    SysBlock sys = new SysBlock(host.sysfs());
    assertThat(sys.exists(new DeviceNumber(253, 17))).isTrue();
    assertThat(sys.exists(new DeviceNumber(253, 18))).isFalse();
    assertThat(sys.look().disks()).isEmpty();
  }

  @Test
  void sysfsOfThisMachineCanBeRead() {
    SysBlock sys = new SysBlock(Path.of("/sys"));
    DeviceNumber first = sys.look().disks().getFirst().identity().number();
    assertThat(sys.exists(first)).isTrue();
  }
}
