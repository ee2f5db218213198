package cn.ucloud.csi.udisk.orchestrator.aot;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Starts every role with the launch script, gives each the calls of a volume's life, and ends them:
 * each writes its cache then.
 *
 * <p>Arguments: the launch script, and the directory that gets {@code <role>.aot}.
 */
public final class AotTrainingMain {
  private static final String HOST = "uhost-training";
  private static final String ZONE = "cn-bj2-02";

  private AotTrainingMain() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 2) {
      System.err.println("usage: AotTrainingMain <launch script> <directory for the caches>");
      System.exit(2);
    }
    System.setProperty(
        "logback.configurationFile", "cn/ucloud/csi/udisk/orchestrator/demo/logback-demo.xml");
    Path place = Files.createTempDirectory("udisk-csi-training");
    try {
      TrainingPlace school =
          new TrainingPlace(
              Path.of(arguments[0]).toRealPath(),
              Files.createDirectories(Path.of(arguments[1])).toRealPath(),
              place);
      train(school);
    } finally {
      DirectoryTrees.delete(place);
    }
  }

  private static void train(TrainingPlace school) throws IOException {
    Path region = school.place().resolve("region");
    try (TrainedProcess simulator = school.start("simulator", simulatorFlags(region), Map.of())) {
      simulator.awaitFile(region.resolve("endpoint"));
      URI endpoint = URI.create(Files.readString(region.resolve("endpoint")).strip());
      FakeDisk disk = new FakeDisk(school.place().resolve("machine"));
      int controllerPort = freePort();
      int nodePort = freePort();
      try (FakeLeaseServer cluster = FakeLeaseServer.open(school.place());
          TrainedProcess controller =
              school.start(
                  "controller",
                  controllerFlags(school, cluster, endpoint, controllerPort),
                  keys());
          TrainedProcess node =
              school.start("node", nodeFlags(school, disk, endpoint, nodePort), Map.of())) {
        controller.awaitFile(school.socket("controller"));
        node.awaitFile(school.socket("node"));
        try (TrainingCalls lesson = new TrainingCalls(school, disk)) {
          lesson.give();
          lesson.read(controllerPort);
          lesson.read(nodePort);
        }
        node.finish();
        controller.finish();
      }
      simulator.finish();
    }
  }

  private static List<String> simulatorFlags(Path region) {
    return List.of(
        "--state-dir=" + region,
        "--listen=127.0.0.1:0",
        "--hypervisor=none",
        "--create-delay=100ms",
        "--attach-delay=100ms",
        "--host=id=" + HOST + ",zone=" + ZONE + ",machine-type=O,ip=10.9.0.1");
  }

  private static List<String> controllerFlags(
      TrainingPlace school, FakeLeaseServer cluster, URI endpoint, int port) {
    return List.of(
        "--csi-endpoint=unix://" + school.socket("controller"),
        "--http-listen=127.0.0.1:" + port,
        "--ucloud-api-endpoint=" + endpoint,
        "--ucloud-region-id=cn-bj2",
        "--ucloud-project-id=org-simulator",
        "--ucloud-uk8s-cluster-id=uk8s-training",
        "--create-settle=1s",
        // Else an emulated controller loses its lease, which ends it.
        "--lease-duration=" + TrainingPlace.PATIENCE.multipliedBy(2).toSeconds() + "s",
        "--lease-renew-deadline=" + TrainingPlace.PATIENCE.toSeconds() + "s",
        "--kubeconfig=" + cluster.kubeconfig());
  }

  private static List<String> nodeFlags(
      TrainingPlace school, FakeDisk disk, URI endpoint, int port) {
    return List.of(
        "--csi-endpoint=unix://" + school.socket("node"),
        "--http-listen=127.0.0.1:" + port,
        "--metadata-url=" + endpoint.resolve("/hosts/" + HOST),
        "--sysfs-root=" + disk.sysfs(),
        "--dev-root=" + disk.dev(),
        "--state-dir=" + school.place().resolve("state"),
        "--kubelet-dir=" + school.place().resolve("kubelet"),
        "--device-timeout=2s");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** What the simulator takes when it is told nothing else; no secret of anybody. */
  private static Map<String, String> keys() {
    return Map.of(
        "UCLOUD_API_PUBKEY", "simulator-public-key",
        "UCLOUD_API_PRIKEY", "simulator-private-key");
  }
}
