package cn.ucloud.csi.udisk.it.soak;

import static cn.ucloud.csi.udisk.it.LoopCluster.NODE_A;
import static cn.ucloud.csi.udisk.it.LoopCluster.NODE_B;

import cn.ucloud.csi.udisk.it.KubeApi;
import cn.ucloud.csi.udisk.it.LoopCluster;
import cn.ucloud.csi.udisk.it.Sandbox;
import cn.ucloud.csi.udisk.simulator.Simulator;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig.Keys;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A cluster of two nodes with two controllers before its API server, and a region behind it. */
final class SoakCluster implements AutoCloseable {
  static final String NAMESPACE = "soak";
  static final List<String> NODES = List.of(NODE_A, NODE_B);
  static final List<String> PROCESSES =
      Stream.of(Controllers.NAMES, NODES).flatMap(List::stream).toList();

  private static final Map<String, String> HOSTS = Map.of(NODE_A, "uhost-a", NODE_B, "uhost-b");

  private final KubeApi api = new KubeApi();
  private final LoopCluster loops;
  private final MountedSecret secret;
  private final Controllers controllers;
  private final Sidecars sidecars;
  private int keys;

  /** Takes the real path. */
  SoakCluster(Path directory) {
    HOSTS.forEach((node, host) -> {
      api.putNode(node, host, Sandbox.PLACE);
      api.register(node, host);
    });
    loops = new LoopCluster(directory);
    NODES.forEach(node -> loops.withNodeFlags(node, Map.of("--log-level", "info")));
    secret = new MountedSecret(directory.resolve("secret"));
    Sandbox sandbox =
        loops
            .sandbox()
            .actingIn(api)
            .with("--log-level", "info")
            .with("--credentials-dir", secret.directory().toString())
            // What the JVM finds as the limit of its container.
            .withVariable("JAVA_TOOL_OPTIONS", "-XX:MaxRAM=384m");
    rotateKeys();
    controllers = new Controllers(sandbox).start();
    loops.startNodes();
    sidecars = new Sidecars(loops.objects(), controllers);
  }

  /** First in the console, and then in the Secret: for a moment all calls are refused. */
  void rotateKeys() {
    keys++;
    Keys next = new Keys("public-" + keys, "private-" + keys);
    region().console().keys(next);
    secret.write(next);
  }

  KubeApi api() {
    return api;
  }

  Sidecars sidecars() {
    return sidecars;
  }

  Controllers controllers() {
    return controllers;
  }

  LoopCluster loops() {
    return loops;
  }

  Simulator region() {
    return loops.sandbox().simulator();
  }

  /** Of a controller or a node. */
  long pid(String process) {
    return NODES.contains(process) ? loops.process(process).pid() : controllers.pid(process);
  }

  @Override
  public void close() {
    loops.closeLeavingNothing();
    api.close();
  }
}
