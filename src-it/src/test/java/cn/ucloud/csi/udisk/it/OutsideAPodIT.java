package cn.ucloud.csi.udisk.it;

import static cn.ucloud.csi.udisk.it.ControllerCalls.untilCertain;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.orchestrator.MountTable;
import cn.ucloud.csi.udisk.orchestrator.call.CsiSocket;
import cn.ucloud.csi.udisk.simulator.hypervisor.LoopHypervisor;
import cn.ucloud.csi.udisk.testing.Patience;
import csi.v1.NodeGetInfoRequest;
import csi.v1.NodePublishVolumeRequest;
import csi.v1.NodeStageVolumeRequest;
import csi.v1.NodeUnpublishVolumeRequest;
import csi.v1.NodeUnstageVolumeRequest;
import csi.v1.Volume;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The commands of {@code docs/development.md}, typed into a shell. */
class OutsideAPodIT {
  private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```sh\\n(.*?)^```$");
  private static final String NODE = "10.9.0.1";

  @TempDir(cleanup = CleanupMode.NEVER)
  private Path directory;

  private final KubeApi api = new KubeApi();
  private Path work;
  private Path kubelet;
  private Process shell;

  @BeforeEach
  void open() throws IOException {
    Loops.assumeTheyCanBeMade();
    work = directory.toRealPath().resolve("work");
    kubelet = directory.toRealPath().resolve("elsewhere/kubelet");
    api.putNode(NODE, "uhost-a", Map.of());
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-eu")
            .directory(PROJECT.toFile())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("shell.log").toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "work", work.toString(),
                "kubelet", kubelet.toString(),
                "node", NODE,
                "kubeconfig", api.kubeconfig(directory).toString(),
                "port", Integer.toString(threeFreePorts())));
    shell = builder.start();
  }

  @AfterEach
  void close() {
    shell.descendants().forEach(ProcessHandle::destroyForcibly);
    shell.destroyForcibly();
    MountTable.read().below(directory).reversed().stream()
        .map(mount -> mount.point().toString())
        .forEach(point -> Shell.attempt("", "umount", "--lazy", point));
    LoopHypervisor.clean(work.resolve("region"));
    api.close();
  }

  @Test
  void aVolumeLivesOutsideOfAPod() throws Exception {
    List<String> blocks = blocks();
    assertThat(blocks).hasSize(4);
    for (String block : blocks.subList(0, 3)) {
      type(block);
    }
    try (CsiSocket controller = answering(work.resolve("controller.sock"));
        CsiSocket node = answering(kubelet.resolve("csi-plugins/udisk.csi.ucloud.cn/csi.sock"))) {
      live(new ControllerCalls(controller), new NodeCalls(node));
    }
    type(blocks.getLast());
    shell.getOutputStream().close();
    assertThat(shell.waitFor(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(shell.exitValue()).as(log()).isZero();
    assertThat(Loops.below(work.resolve("region"))).isEmpty();
  }

  private void live(ControllerCalls controller, NodeCalls node) throws IOException {
    assertThat(
            node.call(stub -> stub.nodeGetInfo(NodeGetInfoRequest.getDefaultInstance()))
                .getNodeId())
        .isEqualTo(NODE);
    Volume volume = untilCertain(() -> controller.create("pvc-outside"));
    String id = volume.getVolumeId();
    Map<String, String> context = untilCertain(() -> controller.publish(id, NODE));
    Path host = work.resolve("region/hosts/uhost-a");
    assertThat(host.resolve("dev/vdb")).exists();
    assertThat(host.resolve("sys/block/vdb/serial")).content().contains("UCLOUD_DISK_VDB");
    Path staging = Files.createDirectories(kubelet.resolve("plugins/globalmount"));
    Path target = kubelet.resolve("mount");
    var _ =
        node.call(stub ->
            stub.nodeStageVolume(
                NodeStageVolumeRequest.newBuilder()
                    .setVolumeId(id)
                    .setStagingTargetPath(staging.toString())
                    .setVolumeCapability(ControllerCalls.EXT4)
                    .putAllVolumeContext(volume.getVolumeContextMap())
                    .putAllPublishContext(context)
                    .build()));
    var _ =
        node.call(stub ->
            stub.nodePublishVolume(
                NodePublishVolumeRequest.newBuilder()
                    .setVolumeId(id)
                    .setStagingTargetPath(staging.toString())
                    .setTargetPath(target.toString())
                    .setVolumeCapability(ControllerCalls.EXT4)
                    .putAllPublishContext(context)
                    .build()));
    Files.writeString(target.resolve("note"), "kept");
    var _ =
        node.call(stub ->
            stub.nodeUnpublishVolume(
                NodeUnpublishVolumeRequest.newBuilder()
                    .setVolumeId(id)
                    .setTargetPath(target.toString())
                    .build()));
    assertThat(staging.resolve("note")).hasContent("kept");
    var _ =
        node.call(stub ->
            stub.nodeUnstageVolume(
                NodeUnstageVolumeRequest.newBuilder()
                    .setVolumeId(id)
                    .setStagingTargetPath(staging.toString())
                    .build()));
    untilCertain(() -> controller.unpublish(id, NODE));
    assertThat(host.resolve("dev/vdb")).doesNotExist();
    untilCertain(() -> controller.delete(id));
  }

  private static List<String> blocks() throws IOException {
    String page = Files.readString(PROJECT.resolve("docs/development.md"));
    int begin = page.indexOf("## Outside of a pod");
    String section = page.substring(begin, page.indexOf("\n## ", begin));
    return BLOCK.matcher(section).results().map(found -> found.group(1)).toList();
  }

  private void type(String commands) throws IOException {
    OutputStream in = shell.getOutputStream();
    in.write(commands.getBytes(StandardCharsets.UTF_8));
    in.flush();
  }

  private CsiSocket answering(Path path) {
    await()
        .until(() -> {
          assertThat(shell.isAlive()).as(log()).isTrue();
          return Files.exists(path);
        });
    return new CsiSocket(path);
  }

  private String log() {
    try {
      StringBuilder log = new StringBuilder(Files.readString(directory.resolve("shell.log")));
      for (String process : List.of("simulator", "controller", "node")) {
        Path file = work.resolve(process + ".log");
        log.append('\n').append(process).append(":\n");
        log.append(Files.exists(file) ? Files.readString(file) : "nothing");
      }
      return log.toString();
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static int threeFreePorts() throws IOException {
    InetAddress here = InetAddress.getLoopbackAddress();
    for (int count = 0; count < 100; count++) {
      try (ServerSocket first = new ServerSocket(0, 1, here);
          ServerSocket second = new ServerSocket(first.getLocalPort() + 1, 1, here);
          ServerSocket third = new ServerSocket(first.getLocalPort() + 2, 1, here)) {
        assertThat(third.isBound() && second.isBound()).isTrue();
        return first.getLocalPort();
      } catch (IOException | IllegalArgumentException e) {
        // One of them is taken; others may not be.
      }
    }
    throw new IOException("no three free ports in a row");
  }
}
