package cn.ucloud.csi.udisk.node.sysfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.node.fixture.Disk;
import cn.ucloud.csi.udisk.node.fixture.HangingSerial;
import cn.ucloud.csi.udisk.node.fixture.LoopHost;
import cn.ucloud.csi.udisk.node.fixture.Shell;
import cn.ucloud.csi.udisk.testing.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Disks that hang, fail or go away while they are looked at. */
@Timeout(value = Patience.SECONDS, threadMode = SEPARATE_THREAD)
final class SysBlockTest {
  private static final String HEALTHY = "UCLOUD_DISK_VDB";
  private static final String SICK = "UCLOUD_DISK_VDC";

  @RegisterExtension final LoopHost host = new LoopHost();

  private SysBlock sys = new SysBlock(Path.of("/nonexistent"));
  private DeviceIdentity healthy = new DeviceIdentity("", new DeviceNumber(0, 0), noSequence());
  private DeviceIdentity sick = healthy;

  private static OptionalLong noSequence() {
    return OptionalLong.empty();
  }

  @BeforeEach
  void attach() {
    sys = new SysBlock(host.sysfs());
    Disk first = host.disk(LoopHost.GIB);
    Disk second = host.disk(LoopHost.GIB);
    host.attach(first, "vdb", "vdb");
    host.attach(second, "vdc", "vdc");
    healthy = identity(first);
    sick = identity(second);
    sys = new SysBlock(host.sysfs()); // which has asked no disk yet
  }

  private DeviceIdentity identity(Disk disk) {
    return sys.findByNumber(disk.number()).orElseThrow().identity();
  }

  private Path attribute(String name) {
    return host.sysfs().resolve("block/vdc").resolve(name);
  }

  /** Lets each read of the attribute end as one of this file does. */
  private void replace(String name, Path file) throws IOException {
    Files.delete(attribute(name));
    Files.createSymbolicLink(attribute(name), file);
  }

  private static List<String> serials(SysBlock.Observation look) {
    return look.disks().stream().map(disk -> disk.identity().serial()).sorted().toList();
  }

  @Test
  void diskWhoseSerialHangsHoldsUpNobodyWhoWantsAnother() throws IOException {
    try (HangingSerial _ = new HangingSerial(host, "vdc")) {
      assertThat(sys.findByNumber(healthy.number()).orElseThrow().identity()).isEqualTo(healthy);
      assertThat(sys.isPresent(healthy)).isTrue();
      assertThat(sys.exists(healthy.number())).isTrue();
      assertThat(sys.exists(sick.number())).isTrue();
      assertThat(sys.findBytes(sick.number())).isEqualTo(Optional.of(LoopHost.GIB));
      DeviceIdentity earlier = new DeviceIdentity(SICK, sick.number(), noSequence());
      assertThat(sys.isPresent(earlier)).isFalse();
      assertThat(sys.isOver(sick)).isFalse();
      assertThat(HangingSerial.readers("vdc")).isZero();
    }
  }

  @Test
  void diskThatHangsAfterItHasToldItsSerialIsSeenAsBefore() throws IOException {
    assertThat(serials(sys.look())).containsExactly(HEALTHY, SICK);
    try (HangingSerial _ = new HangingSerial(host, "vdc")) {
      assertThat(serials(sys.look())).containsExactly(HEALTHY, SICK);
      assertThat(sys.isPresent(sick)).isTrue();
      assertThat(sys.findByNumber(sick.number()).orElseThrow().identity()).isEqualTo(sick);
      assertThat(HangingSerial.readers("vdc")).isZero();
    }
  }

  @Test
  void serialIsAskedForAgainWhereTheSequenceNumberIsAnotherOrMissing() throws IOException {
    assertThat(serials(sys.look())).containsExactly(HEALTHY, SICK);
    Files.writeString(attribute("serial"), "UCLOUD_DISK_VDD");
    Files.writeString(attribute("diskseq"), "9000001");
    assertThat(serials(sys.look())).containsExactly(HEALTHY, "UCLOUD_DISK_VDD");
    Files.delete(attribute("diskseq"));
    for (String serial : List.of("UCLOUD_DISK_VDE", "UCLOUD_DISK_VDF")) {
      Files.writeString(attribute("serial"), serial);
      assertThat(serials(sys.look())).containsExactly(HEALTHY, serial);
    }
  }

  @Test
  void diskWhoseSerialHangsIsUnavailableItself() throws IOException {
    try (HangingSerial _ = new HangingSerial(host, "vdc")) {
      assertThatThrownBy(() -> sys.findByNumber(sick.number()))
          .isInstanceOf(Unavailable.class)
          .hasMessage("vdc does not answer");
      assertThatThrownBy(() -> sys.isPresent(sick))
          .isInstanceOf(Unavailable.class)
          .hasMessage("vdc does not answer");
    }
    assertThat(sys.isPresent(sick)).isTrue();
  }

  @Test
  void diskWhoseSerialHangsIsLeftOutOfALookAndHoldsOneThread() throws Exception {
    try (HangingSerial _ = new HangingSerial(host, "vdc");
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<SysBlock.Observation> look = sys::look;
      for (int round = 0; round < 3; round++) {
        for (Future<SysBlock.Observation> seen : threads.invokeAll(Collections.nCopies(4, look))) {
          assertThat(serials(seen.get())).containsExactly(HEALTHY);
          assertThat(seen.get().silent()).containsExactly("vdc does not answer");
        }
        assertThat(HangingSerial.readers("vdc")).isEqualTo(1);
      }
    }
    assertThat(serials(sys.look())).containsExactly(HEALTHY, SICK);
    assertThat(sys.look().silent()).isEmpty();
  }

  @Test
  void inputOutputErrorIsNotTakenForAbsence() throws IOException {
    // The first page of a process is never mapped, so this fails as a sick disk does.
    Path failing = Path.of("/proc/self/mem");
    replace("serial", failing);
    String message = "cannot read " + attribute("serial") + ": EIO (input/output error)";
    assertThatThrownBy(() -> sys.isPresent(sick))
        .isInstanceOf(Unavailable.class)
        .hasMessage(message);
    assertThat(serials(sys.look())).containsExactly(HEALTHY);
    assertThat(sys.look().silent()).containsExactly(message);
    replace("dev", failing);
    assertThatThrownBy(() -> sys.exists(sick.number()))
        .isInstanceOf(Unavailable.class)
        .hasMessage("cannot read " + attribute("dev") + ": Input/output error");
  }

  @Test
  void serialThatIsSuddenlyEmptyIsNotTakenForAnotherDisk() throws IOException {
    Files.writeString(attribute("serial"), "");
    assertThatThrownBy(() -> sys.isPresent(sick))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("does not tell its serial");
  }

  @Test
  void diskThatGoesAwayWhileItIsReadIsAbsent() throws IOException {
    // Nobody serves these: to open the one fails with ENODEV, the other with ENXIO.
    for (List<String> unserved : List.of(List.of("c", "10", "253"), List.of("b", "259", "99999"))) {
      Path device = host.dev().resolve("unserved-" + unserved.getFirst());
      Shell.run("mknod", device, unserved.get(0), unserved.get(1), unserved.get(2));
      assertThatThrownBy(() -> Files.readString(device)).hasMessageContaining("No such device");
      replace("dev", device);
      assertThat(sys.exists(sick.number())).isFalse();
      assertThat(sys.isPresent(sick)).isFalse();
      assertThat(serials(sys.look())).containsExactly(HEALTHY);
      assertThat(sys.look().silent()).isEmpty();
    }
  }
}
