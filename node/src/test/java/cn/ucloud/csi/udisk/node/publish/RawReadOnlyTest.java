package cn.ucloud.csi.udisk.node.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.node.fixture.Disk;
import cn.ucloud.csi.udisk.node.fixture.KillPoint;
import cn.ucloud.csi.udisk.node.fixture.Killed;
import cn.ucloud.csi.udisk.node.fixture.LoopHost;
import cn.ucloud.csi.udisk.node.fixture.Shell;
import cn.ucloud.csi.udisk.node.fixture.TestNode;
import cn.ucloud.csi.udisk.node.linux.ExclusiveHold;
import cn.ucloud.csi.udisk.node.request.Access;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A pod that asks for a raw volume with {@code readOnly: true}, of a volume that others write to.
 */
final class RawReadOnlyTest {
  @RegisterExtension final LoopHost host = new LoopHost();

  private TestNode node() {
    return new TestNode(host);
  }

  private Disk staged() {
    Disk disk = host.disk(LoopHost.GIB);
    host.attach(disk, "vdb", "vdb");
    node().stageRaw(false);
    return disk;
  }

  private Path published(String pod, String... flags) {
    Path target = host.target(pod);
    node().publishRaw(target, Access.MANY_WRITERS, flags);
    return target;
  }

  private static void write(Path device) throws IOException {
    try (FileChannel channel = FileChannel.open(device, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {42}), 0);
    }
  }

  private static void assertTakesNoWrites(Path target, Disk disk) {
    String before = disk.digest();
    assertThatThrownBy(() -> write(target)).isInstanceOf(IOException.class);
    assertThat(Shell.tryRun("blkdiscard", "--force", "--zeroout", target).exitCode()).isNotZero();
    assertThat(disk.digest()).isEqualTo(before);
  }

  @Test
  void podThatReadsCannotWriteAndOneThatWritesLaterCan() {
    Disk disk = staged();
    disk.writeNoise(0, 4096);
    Path reader = published("p", "ro");
    published("p", "ro");
    Path second = published("q", "ro");
    assertTakesNoWrites(reader, disk);
    node().unpublish(second);
    assertTakesNoWrites(reader, disk);
    node().unpublish(reader);
    Path writer = published("w");
    assertThatCode(() -> write(writer)).doesNotThrowAnyException();
  }

  @Test
  void readersAndWritersAtTheSameTimeAreRefused() {
    Disk disk = staged();
    Path reader = published("p", "ro");
    assertThatThrownBy(() -> published("w"))
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining("is published read-only at [" + reader + "]");
    assertTakesNoWrites(reader, disk);
    node().unpublish(reader);
    Path writer = published("w");
    assertThatThrownBy(() -> published("p", "ro"))
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining("is published writable at [" + writer + "]");
    assertThat(reader).doesNotExist();
    assertThatCode(() -> write(writer)).doesNotThrowAnyException();
  }

  @Test
  void diskThatSomethingElseHasIsNotMadeReadOnlyUnderIt() {
    Disk disk = staged();
    try (ExclusiveHold _ = ExclusiveHold.of(disk.path())) {
      assertThatThrownBy(() -> published("p", "ro"))
          .isInstanceOf(Unavailable.class)
          .hasMessageContaining("in use");
    }
    assertThat(host.target("p")).doesNotExist();
    assertThat(Shell.run("blockdev", "--getro", disk.path())).isEqualTo("0");
    assertTakesNoWrites(published("p", "ro"), disk);
  }

  @Test
  void killAtAnyMomentNeverLeavesAReaderThatCanWriteOrAWriterThatCannot() {
    Disk disk = staged();
    for (int moment = 0; moment < 4; moment++) {
      Path target = host.target("p" + moment);
      KillPoint clock = KillPoint.at(moment);
      assertThatThrownBy(
              () -> new TestNode(host, clock).publishRaw(target, Access.MANY_WRITERS, "ro"))
          .isInstanceOf(Killed.class);
      assertThat(Shell.run("blockdev", "--getro", disk.path())).isEqualTo("1");
      node().unpublish(target);
      Path writer = published("w" + moment);
      assertThatCode(() -> write(writer)).doesNotThrowAnyException();
      node().unpublish(writer);
    }
  }

  @Test
  void flagThatAnAdministratorHasSetIsNotCleared() {
    Disk disk = staged();
    Shell.run("blockdev", "--setro", disk.path());
    assertTakesNoWrites(published("w"), disk);
    node().unpublish(host.target("w"));
    node().unstage();
    assertThat(Shell.run("blockdev", "--getro", disk.path())).isEqualTo("1");
  }

  @Test
  void unstageLeavesTheDiskWritable() {
    Disk disk = staged();
    node().unpublish(published("p", "ro"));
    node().unstage();
    assertThat(Shell.run("blockdev", "--getro", disk.path())).isEqualTo("0");
    assertThat(host.state().resolve(".read-only/bsm-test")).doesNotExist();
  }
}
