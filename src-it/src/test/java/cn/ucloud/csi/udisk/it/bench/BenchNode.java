package cn.ucloud.csi.udisk.it.bench;

import cn.ucloud.csi.udisk.orchestrator.call.CsiSocket;
import cn.ucloud.csi.udisk.simulator.Simulator;
import csi.v1.IdentityGrpc;
import csi.v1.NodeGetCapabilitiesRequest;
import csi.v1.NodeGetInfoRequest;
import csi.v1.NodeGrpc;
import csi.v1.ProbeRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Starts the node process of a host. */
record BenchNode(Simulator simulator, String host, Path directory, int httpPort) {

  /** One whose metrics nobody reads. */
  BenchNode(Simulator simulator, String host, Path directory) {
    this(simulator, host, directory, 0);
  }

  /** How a node may be started. */
  enum Profile {
    STANDARD,
    SMALL
  }

  Started start(Profile profile) {
    return start(profile, List.of());
  }

  /**
   * Starts it by another program.
   *
   * @param wrapper that program and its arguments, followed by the command that it becomes
   */
  Started start(Profile profile, List<String> wrapper) {
    Path socket = directory.resolve("node-" + profile + ".sock");
    var _ = directories("sys/block");
    List<String> arguments = new ArrayList<>(wrapper);
    arguments.addAll(List.of(Started.LAUNCH_SCRIPT.toString(), "node"));
    if (profile == Profile.SMALL) {
      arguments.add("--small");
    }
    arguments.addAll(List.of("--csi-endpoint", "unix://" + socket));
    arguments.addAll(List.of("--http-listen", "127.0.0.1:" + httpPort));
    arguments.addAll(List.of("--metadata-url", simulator.metadataEndpoint(host).toString()));
    arguments.addAll(List.of("--sysfs-root", directories("sys").toString()));
    arguments.addAll(List.of("--dev-root", directories("dev").toString()));
    arguments.addAll(List.of("--state-dir", directory.resolve("run").toString()));
    arguments.addAll(List.of("--kubelet-dir", directory.resolve("kubelet").toString()));
    return Started.awaitCommand(arguments, socket, directory.resolve("node.log"), Map.of());
  }

  private Path directories(String name) {
    try {
      return Files.createDirectories(simulator.guestRoot(host).resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Three calls, a new connection each, as kubelet makes them. */
  static void ask(CsiSocket socket) {
    Duration deadline = Duration.ofSeconds(30);
    var _ =
        socket.call(
            IdentityGrpc::newBlockingStub,
            deadline,
            stub -> stub.probe(ProbeRequest.getDefaultInstance()));
    var _ =
        socket.call(
            NodeGrpc::newBlockingStub,
            deadline,
            stub -> stub.nodeGetCapabilities(NodeGetCapabilitiesRequest.getDefaultInstance()));
    var _ =
        socket.call(
            NodeGrpc::newBlockingStub,
            deadline,
            stub -> stub.nodeGetInfo(NodeGetInfoRequest.getDefaultInstance()));
  }
}
