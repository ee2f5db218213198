package cn.ucloud.csi.udisk.it.bench;

import cn.ucloud.csi.udisk.simulator.Simulator;
import cn.ucloud.csi.udisk.simulator.orchestrator.CsiSocket;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Starts the node process of a host. */
record BenchNode(Simulator simulator, String host, Path directory) {

  /** Writes the cache of a run that was given calls, and gives the flag that uses it. */
  List<String> train(Launch.Profile profile) {
    Path cache = directory.resolve(profile + ".aot");
    List<String> writing = List.of("-XX:-AOTClassLinking", "-XX:AOTCacheOutput=" + cache);
    try (Started trainee = start(profile, writing)) {
      for (int i = 0; i < 20; i++) {
        ask(trainee.socket());
      }
      trainee.terminate();
    }
    if (!Files.exists(cache)) {
      throw new IllegalStateException("no " + cache + " was written");
    }
    return List.of("-XX:AOTCache=" + cache);
  }

  Started start(Launch.Profile profile, List<String> cache) {
    Path socket = directory.resolve("node-" + profile + ".sock");
    Map<String, String> flags = new LinkedHashMap<>();
    flags.put("--csi-endpoint", "unix://" + socket);
    flags.put("--http-listen", "127.0.0.1:0");
    flags.put("--metadata-url", simulator.metadataEndpoint(host).toString());
    var _ = directories("sys/block");
    flags.put("--sysfs-root", directories("sys").toString());
    flags.put("--dev-root", directories("dev").toString());
    flags.put("--state-dir", directory.resolve("run").toString());
    flags.put("--kubelet-dir", directory.resolve("kubelet").toString());
    return Started.await(
        Launch.command("node", profile, cache, flags),
        socket,
        directory.resolve("node.log"),
        Map.of());
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
