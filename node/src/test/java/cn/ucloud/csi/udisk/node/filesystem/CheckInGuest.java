package cn.ucloud.csi.udisk.node.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.node.fixture.GuestNode;
import cn.ucloud.csi.udisk.node.fixture.GuestVolume;
import cn.ucloud.csi.udisk.node.fixture.Shell;
import cn.ucloud.csi.udisk.testing.Patience;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.awaitility.Awaitility;

/**
 * Inside of a {@code Guest}: a node process in a group with little memory, of which kubelet of our
 * days has the kernel kill all processes together.
 */
final class CheckInGuest {
  static final String PASSED = "all lived on, until a check was run without bounds";

  /** What the journal of the third disk has for a block of it, again and again. */
  static final String JOURNALED = "replayed";

  /** Where on that disk. */
  static final long JOURNALED_AT = 4096L * 1_000_000_000;

  private static final String LIMIT = "300M";
  private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
  private static final Path GROUP = CGROUPS.resolve("node");

  private CheckInGuest() {}

  public static void main(String[] args) throws Exception {
    Awaitility.setDefaultTimeout(Patience.LIMIT);
    Shell.run("mount", "-t", "cgroup2", "cgroup2", CGROUPS);
    Files.writeString(CGROUPS.resolve("cgroup.subtree_control"), "+memory");
    Files.createDirectory(GROUP);
    Files.writeString(GROUP.resolve("memory.max"), LIMIT);
    Files.writeString(GROUP.resolve("memory.oom.group"), "1");
    GuestVolume tooLarge = GuestVolume.ext4("bsm-too-large", "vdb", 6000);
    GuestVolume fragmented = GuestVolume.ext4("bsm-fragmented", "vdc", 1000);
    GuestVolume journaled = GuestVolume.ext4("bsm-journaled", "vdd", 6000);
    GuestVolume healthy = GuestVolume.ext4("bsm-healthy", "vde", 1);
    try (GuestNode node = GuestNode.start(inGroup())) {
      assertThatThrownBy(() -> tooLarge.stage(node))
          .hasMessageContaining("not enough memory to check the filesystem of /dev/vda")
          .hasMessageContaining("e2fsck needs at least 471 MiB, and has 112 MiB; raise the memory")
          .hasMessageContaining("(node.resources.limits.memory of the chart) to 768Mi");
      assertThatThrownBy(() -> fragmented.stage(node))
          .hasMessageContaining("not enough memory to check the filesystem of /dev/vdb")
          .hasMessageContaining("e2fsck needs more than the 112 MiB that it had")
          .hasMessageContaining("(node.resources.limits.memory of the chart) to 512Mi");
      journaled.stage(node);
      assertThat(read("/dev/vdc", JOURNALED_AT)).isEqualTo(JOURNALED);
      healthy.stage(node);
      Files.writeString(healthy.publish(node).resolve("note"), "written");
      healthy.unpublish(node);
      healthy.unstage(node);
      journaled.unstage(node);
      assertThat(GuestNode.mounts()).isZero();
      assertThat(node.isAlive()).isTrue();
      assertThat(GROUP.resolve("memory.events")).content().contains("oom_kill 0");
      // As the driver did it before.
      Process unbounded = new ProcessBuilder(inGroup("e2fsck", "-f", "-y", "/dev/vda")).start();
      assertThat(unbounded.waitFor()).isEqualTo(128 + 9);
      Awaitility.await().until(() -> !node.isAlive());
      assertThat(GROUP.resolve("memory.events")).content().contains("oom_group_kill 1");
    }
    System.out.println(PASSED);
  }

  private static String[] inGroup(String... command) {
    String[] words = new String[command.length + 4];
    words[0] = "sh";
    words[1] = "-c";
    words[2] = "echo $$ >" + GROUP.resolve("cgroup.procs") + " && exec \"$@\"";
    words[3] = "sh";
    System.arraycopy(command, 0, words, 4, command.length);
    return words;
  }

  private static String read(String device, long at) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(JOURNALED.length());
    try (FileChannel channel = FileChannel.open(Path.of(device))) {
      channel.read(bytes, at);
    }
    return new String(bytes.array(), StandardCharsets.UTF_8);
  }
}
