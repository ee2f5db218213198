package cn.ucloud.csi.udisk.node.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.common.model.PublishContext;
import cn.ucloud.csi.udisk.node.fixture.Disk;
import cn.ucloud.csi.udisk.node.fixture.LoopHost;
import cn.ucloud.csi.udisk.node.fixture.MountNamespace;
import cn.ucloud.csi.udisk.node.fixture.Shell;
import cn.ucloud.csi.udisk.node.fixture.TestNode;
import cn.ucloud.csi.udisk.node.request.Access;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What happens to a node, by the numbers of the pains that others had (known failures D6). Repeated
 * and reordered calls (35) are in {@code NodeServiceTest}, hanging filesystems (38) in {@link
 * cn.ucloud.csi.udisk.node.space.VolumeStatsTest}, larger copies (40) in {@link
 * cn.ucloud.csi.udisk.node.space.VolumeExpanderTest}.
 */
final class NodeRestartTest {
  @RegisterExtension final LoopHost host = new LoopHost();

  private TestNode node() {
    return new TestNode(host);
  }

  private Disk attached() {
    Disk disk = host.disk(LoopHost.GIB);
    host.attach(disk, "vdb", "vdb");
    return disk;
  }

  private static void kill(Path filesystem) {
    Shell.run("xfs_io", "-x", "-c", "shutdown", filesystem);
    assertThat(Shell.tryRun("stat", filesystem).errors()).contains("Input/output error");
  }

  /** The power goes, and with it all mounts and everything below /run. */
  private void reboot(Disk disk) {
    for (String path :
        host.mounts().reversed().stream()
            .map(line -> line.substring(0, line.indexOf(' ')))
            .toList()) {
      Shell.run("umount", host.kubelet().resolveSibling(path));
    }
    Shell.run("find", host.state(), "-type", "f", "-delete");
    host.reattach(disk, "vdb", "vdb");
  }

  @Test
  void d6n33DeadFilesystemIsUnpublishedAndUnstagedAlsoWhileItIsUsed() throws IOException {
    attached();
    node().stage(FilesystemType.XFS);
    node().publish(host.target("p"));
    Path used = host.target("p").resolve("used");
    try (OutputStream _ = Files.newOutputStream(used)) {
      kill(host.target("p"));
      node().unpublish(host.target("p"));
      node().unstage();
    }
    assertThat(host.mounts()).isEmpty();
    assertThat(host.target("p")).doesNotExist();
  }

  @Test
  void d6n33DeadFilesystemIsStagedAnew() throws IOException {
    attached();
    node().stage(FilesystemType.XFS);
    Files.writeString(host.staging("v").resolve("file"), "kept");
    Shell.run("sync", "-f", host.staging("v"));
    kill(host.staging("v"));
    assertThatThrownBy(() -> node().publish(host.target("p")))
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining("must be staged again: EIO");
    node().stage(FilesystemType.XFS);
    assertThat(host.mounts()).hasSize(1);
    assertThat(host.staging("v").resolve("file")).hasContent("kept");
  }

  @Test
  void d6n33DeadFilesystemThatAPodHasStillIsUnavailableUntilThePodIsGone() {
    attached();
    node().stage(FilesystemType.XFS);
    node().publish(host.target("p"));
    kill(host.staging("v"));
    assertThatThrownBy(() -> node().stage(FilesystemType.XFS))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("stopped, EIO")
        .hasMessageContaining(host.target("p").toString());
    assertThat(host.mounts()).hasSize(1);
    node().unpublish(host.target("p"));
    node().stage(FilesystemType.XFS);
    node().publish(host.target("p"));
    assertThat(host.mounts()).hasSize(2);
  }

  @Test
  void d6n33MountWhoseServerHasEndedIsCleaned() throws Exception {
    attached();
    Disk other = host.disk(LoopHost.GIB);
    Shell.run("mkfs.ext4", "-q", other.path());
    Path place = Files.createDirectories(host.staging("v"));
    Process server =
        new ProcessBuilder("fuse2fs", "-f", "-o", "ro", other.path().toString(), place.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    while (host.mounts().isEmpty() && server.isAlive()) {
      Thread.onSpinWait();
    }
    server.destroyForcibly().waitFor();
    assertThat(Shell.tryRun("stat", place).errors()).contains("not connected");
    node().stage();
    assertThat(host.mounts()).hasSize(1);
    Files.writeString(place.resolve("file"), "works");
  }

  @Test
  void d6n34PublishOfAnUnstagedVolumeFailsClearly() {
    attached();
    assertThatThrownBy(() -> node().publish(host.target("p")))
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining("is not staged at " + host.staging("v"));
  }

  @Test
  void d6n36MountInAnotherNamespaceIsReportedWithItsProcess() {
    attached();
    try (MountNamespace _ = MountNamespace.copy()) {
      node().stage();
      try (MountNamespace leaky = MountNamespace.copy()) {
        for (int repeat = 0; repeat < 2; repeat++) {
          assertThatThrownBy(() -> node().unstage())
              .isInstanceOf(OutcomeUnknown.class)
              .hasMessageMatching(
                  ".* is still mounted for \\[process \\d+ \\((sh|sleep)\\) in mount namespace "
                      + Pattern.quote(leaky.name())
                      + " at "
                      + host.staging("v")
                      + "\\]");
          assertThat(host.mounts()).isEmpty();
        }
      }
    }
    // The kernel may take a moment to let go of what the processes had.
    await().untilAsserted(() -> node().unstage());
    assertThat(host.state().resolve("bsm-test")).doesNotExist();
  }

  @Test
  void d6n37LeftoversOfARebootAreUsedAgainOrCleaned() throws IOException {
    Disk disk = attached();
    node().stage();
    node().publish(host.target("p"));
    node().publish(host.target("q"));
    Files.writeString(host.target("p").resolve("file"), "kept");
    reboot(disk);
    assertThat(host.target("p")).isEmptyDirectory();
    node().unpublish(host.target("q"));
    assertThat(host.target("q")).doesNotExist();
    node().stage();
    node().publish(host.target("p"));
    assertThat(host.target("p").resolve("file")).hasContent("kept");
    node().unpublish(host.target("p"));
    node().unstage();
    assertThat(host.mounts()).isEmpty();
  }

  @Test
  void d6n37LeftoversOfARawVolumeAreUsedAgainOrCleaned() {
    Disk disk = attached();
    node().stageRaw(false);
    node().publishRaw(host.target("p"), Access.MANY_WRITERS);
    node().publishRaw(host.target("q"), Access.MANY_WRITERS);
    reboot(disk);
    node().unpublish(host.target("q"));
    assertThat(host.target("q")).doesNotExist();
    node().stageRaw(false);
    node().publishRaw(host.target("p"), Access.MANY_WRITERS);
    assertThat(host.mounts()).hasSize(1);
  }

  @Test
  void d6n37FilesWrittenBelowALostMountAreKept() throws IOException {
    Disk disk = attached();
    node().stage();
    node().publish(host.target("p"));
    reboot(disk);
    Path stray = host.target("p").resolve("stray");
    Files.writeString(stray, "written to the node's own disk");
    assertThatThrownBy(() -> node().unpublish(host.target("p")))
        .isInstanceOf(PreconditionFailed.class);
    assertThat(stray).exists();
  }

  @Test
  void volumeOfTheClosedDriverGoesThroughItsWholeLife() throws IOException {
    Disk disk = attached();
    Shell.run("mkfs.ext4", "-q", disk.path());
    String uuid = disk.blkid("UUID");
    Files.createDirectories(host.staging("v"));
    Shell.run("mount", disk.path(), host.staging("v"));
    assertThatThrownBy(() -> node().publishWithoutContext(host.target("p")))
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining("neither the publish context nor the metadata server says");
    TestNode node = TestNode.listing(host, Map.of(TestNode.VOLUME, "vdb"));
    node.publishWithoutContext(host.target("p"));
    assertThat(node.expand(host.target("p"), LoopHost.GIB)).isEqualTo(LoopHost.GIB);
    node.unpublish(host.target("p"));
    node.unstage();
    assertThat(host.mounts()).isEmpty();
    node.stage(node.stageCommand(new PublishContext(Optional.empty(), Optional.empty())));
    assertThat(host.mounts()).hasSize(1);
    node.unstage();
    assertThat(disk.blkid("UUID")).isEqualTo(uuid);
  }
}
