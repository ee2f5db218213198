package cn.ucloud.csi.udisk.node;

import cn.ucloud.csi.udisk.common.grpc.NodeClient;
import cn.ucloud.csi.udisk.common.model.DeviceName;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.MkfsOptions;
import cn.ucloud.csi.udisk.common.model.PublishContext;
import cn.ucloud.csi.udisk.node.fixture.Guest;
import cn.ucloud.csi.udisk.node.fixture.Shell;
import cn.ucloud.csi.udisk.node.fixture.TestNode;
import cn.ucloud.csi.udisk.node.mount.MountTable;
import cn.ucloud.csi.udisk.testing.Patience;
import csi.v1.NodePublishVolumeRequest;
import csi.v1.NodeStageVolumeRequest;
import csi.v1.NodeUnpublishVolumeRequest;
import csi.v1.NodeUnstageVolumeRequest;
import csi.v1.VolumeCapability;
import csi.v1.VolumeCapability.AccessMode;
import csi.v1.VolumeCapability.AccessMode.Mode;
import csi.v1.VolumeCapability.MountVolume;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * Inside of a {@code Guest}: of three volumes one hangs while it is unstaged, one while it is
 * staged, and the node process is killed.
 */
final class HangingDiskInGuest {
  static final String PASSED = "the successor served the third volume, and then the others";

  private static final Path SOCKET = Path.of("/tmp/csi.sock");
  private static final Path KUBELET = Path.of("/tmp/kubelet");
  private static final VolumeCapability EXT4 =
      VolumeCapability.newBuilder()
          .setMount(MountVolume.newBuilder().setFsType("ext4"))
          .setAccessMode(AccessMode.newBuilder().setMode(Mode.SINGLE_NODE_WRITER))
          .build();

  private HangingDiskInGuest() {}

  /** A volume and the letter that the cloud calls its disk by. */
  private record Volume(String id, String letter) {
    Path staging() {
      return KUBELET.resolve("plugins/" + id + "/globalmount");
    }

    Path target() {
      return KUBELET.resolve("pods/" + id + "/mount");
    }

    void stage(NodeClient client) {
      var _ =
          client
              .node()
              .nodeStageVolume(
                  NodeStageVolumeRequest.newBuilder()
                      .setVolumeId(id)
                      .setStagingTargetPath(staging().toString())
                      .setVolumeCapability(EXT4)
                      .putAllPublishContext(context())
                      .putAllVolumeContext(TestNode.blank(MkfsOptions.NONE).toMap(Optional.empty()))
                      .build());
    }

    Path publish(NodeClient client) {
      var _ =
          client
              .node()
              .nodePublishVolume(
                  NodePublishVolumeRequest.newBuilder()
                      .setVolumeId(id)
                      .setStagingTargetPath(staging().toString())
                      .setTargetPath(target().toString())
                      .setVolumeCapability(EXT4)
                      .putAllPublishContext(context())
                      .build());
      return target();
    }

    void unpublish(NodeClient client) {
      var _ =
          client
              .node()
              .nodeUnpublishVolume(
                  NodeUnpublishVolumeRequest.newBuilder()
                      .setVolumeId(id)
                      .setTargetPath(target().toString())
                      .build());
    }

    void unstage(NodeClient client, long seconds) {
      var _ =
          client
              .node()
              .withDeadlineAfter(seconds, TimeUnit.SECONDS)
              .nodeUnstageVolume(
                  NodeUnstageVolumeRequest.newBuilder()
                      .setVolumeId(id)
                      .setStagingTargetPath(staging().toString())
                      .build());
    }

    private Map<String, String> context() {
      return PublishContext.of(new DeviceName(letter), DiskSize.ofGib(1)).toMap();
    }
  }

  public static void main(String[] args) throws Exception {
    Awaitility.setDefaultTimeout(Patience.LIMIT);
    Files.createDirectories(KUBELET.resolve("pods"));
    Volume unstaged = new Volume("bsm-unstaged", "vdb");
    Volume staged = new Volume("bsm-staged", "vdc");
    Volume healthy = new Volume("bsm-healthy", "vdd");
    Process first = start();
    try (NodeClient client = new NodeClient(SOCKET)) {
      unstaged.stage(client);
      staged.stage(client);
      staged.unstage(client, Patience.SECONDS);
      Files.writeString(unstaged.publish(client).resolve("note"), "written");
      unstaged.unpublish(client);
      // So that it has to be read again.
      Shell.run("blockdev", "--flushbufs", "/dev/vdb");
      Guest.stop(0);
      Guest.stop(1);
      // The one request that is let through, so that already the first look hangs.
      Shell.run("xfs_io", "-r", "-d", "-c", "pread 0 4096", "/dev/vdb");
      Thread.ofVirtual().start(() -> unstaged.unstage(client, Patience.SECONDS));
      Thread.ofVirtual().start(() -> staged.stage(client));
      Awaitility.await().until(() -> hanging() == 2);
      requireNotUnstaged(unstaged, client, "unmounting " + unstaged.staging());
    }
    end(first);
    Process second = start();
    try (NodeClient client = new NodeClient(SOCKET)) {
      healthy.stage(client);
      Files.writeString(healthy.publish(client).resolve("note"), "written");
      healthy.unpublish(client);
      healthy.unstage(client, Patience.SECONDS);
      requireNotUnstaged(unstaged, client, "an unmount that waits for the disk");
      Guest.resume(0);
      Guest.resume(1);
      Awaitility.await()
          .ignoreExceptionsInstanceOf(StatusRuntimeException.class)
          .until(() -> {
            unstaged.unstage(client, Patience.SECONDS);
            staged.stage(client);
            staged.unstage(client, Patience.SECONDS);
            return true;
          });
      unstaged.stage(client);
      String note = Files.readString(unstaged.publish(client).resolve("note"));
      unstaged.unpublish(client);
      unstaged.unstage(client, Patience.SECONDS);
      long left = MountTable.read().mounts().filter(m -> m.path().startsWith(KUBELET)).count();
      if (note.equals("written") && left == 0) {
        System.out.println(PASSED);
      }
    }
    end(second);
  }

  private static Process start() throws IOException {
    String command =
        "/jdk/bin/java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx64m"
            + " -cp /classes:/jars/* "
            + NodeMain.class.getName()
            + (" --csi-endpoint unix://" + SOCKET + " --http-listen off --kubelet-dir " + KUBELET)
            + " --state-dir /tmp/state --metadata-url http://127.0.0.1:1";
    Process process = new ProcessBuilder(command.split(" ", -1)).inheritIO().start();
    Awaitility.await().until(() -> isServed(process));
    return process;
  }

  private static boolean isServed(Process process) {
    if (!process.isAlive()) {
      throw new AssertionError("the node process has ended");
    }
    try (SocketChannel _ = SocketChannel.open(UnixDomainSocketAddress.of(SOCKET))) {
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  private static void end(Process process) throws InterruptedException {
    if (!process.destroyForcibly().waitFor(Patience.SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("the killed process does not end");
    }
  }

  /** Else the disk would be detached, and what is still to be written to it would be lost. */
  private static void requireNotUnstaged(Volume volume, NodeClient client, String step) {
    Awaitility.await()
        .until(() -> {
          try {
            volume.unstage(client, 20);
          } catch (StatusRuntimeException e) {
            // A slow machine has the answer after the deadline.
            return String.valueOf(e.getMessage()).contains(step);
          }
          throw new AssertionError(volume + " counts as unstaged, but its disk hangs");
        });
  }

  /** How many threads of programs wait in the kernel for what cannot be interrupted. */
  private static long hanging() throws IOException {
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      return processes
          .filter(path -> path.getFileName().toString().matches("\\d+"))
          .filter(path -> !read(path.resolve("cmdline")).isEmpty())
          .flatMap(path -> list(path.resolve("task")))
          .filter(task -> read(task.resolve("stat")).matches("(?s).*\\) D .*"))
          .count();
    }
  }

  private static Stream<Path> list(Path directory) {
    try (Stream<Path> all = Files.list(directory)) {
      return all.toList().stream();
    } catch (IOException _) {
      return Stream.empty();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException _) {
      return "";
    }
  }
}
