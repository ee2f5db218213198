package cn.ucloud.csi.udisk.simulator.demo;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How the processes of the demo are started: real jars, real flags. */
final class Programs {
  static final String REGION = "cn-bj2";
  static final String ZONE = "cn-bj2-02";

  // What the simulator takes when it is told nothing else; no secret of anybody.
  private static final Map<String, String> KEYS =
      Map.of(
          "UCLOUD_API_PUBKEY", "simulator-public-key",
          "UCLOUD_API_PRIKEY", "simulator-private-key");

  private final Workplace workplace;
  private final Path project;

  /**
   * @param project the checked out and built source tree
   */
  Programs(Workplace workplace, Path project) {
    this.workplace = workplace;
    this.project = project;
  }

  /** A region that takes its time, and whose lists lag behind. */
  Program simulator(List<DemoHost> hosts) {
    List<String> command =
        java("simulator", "cn.ucloud.csi.udisk.simulator.SimulatorMain", "-Xmx128m");
    command.addAll(List.of("--listen", "127.0.0.1:0"));
    command.addAll(List.of("--state-dir", workplace.simulatorState().toString()));
    command.addAll(List.of("--hypervisor", "loop"));
    command.addAll(List.of("--create-delay", "1s", "--attach-delay", "1500ms"));
    command.addAll(List.of("--detach-delay", "1s", "--delete-delay", "500ms"));
    command.addAll(List.of("--listing-lag", "500ms"));
    for (DemoHost host : hosts) {
      command.addAll(
          List.of(
              "--host",
              "id=%s,zone=%s,machine-type=O,rdma=%s,ip=%s"
                  .formatted(host.id(), ZONE, "9002_25GE_D_R006", host.ip())));
    }
    return workplace.start("simulator", command, Map.of());
  }

  /** The controller, as its pod would start it where there is no cluster to elect a leader in. */
  Program controller(String apiEndpoint) {
    List<String> command =
        java("controller", "cn.ucloud.csi.udisk.controller.ControllerMain", "-Xmx64m");
    command.addAll(List.of("--csi-endpoint", "unix://" + workplace.socket("controller")));
    command.addAll(List.of("--ucloud-api-endpoint", apiEndpoint));
    command.addAll(List.of("--ucloud-region-id", REGION));
    command.addAll(List.of("--ucloud-project-id", "org-simulator"));
    command.addAll(List.of("--ucloud-uk8s-cluster-id", "uk8s-demo"));
    command.addAll(List.of("--create-settle", "2s"));
    command.addAll(List.of("--leader-election", "false"));
    command.addAll(List.of("--http-listen", "127.0.0.1:0"));
    return workplace.start("controller", command, KEYS);
  }

  /** The node process of a host, with the heap and the compiler that its image has. */
  Program node(DemoHost host, String apiEndpoint) {
    List<String> command =
        java(
            "node",
            "cn.ucloud.csi.udisk.node.NodeMain",
            "-Xms6m",
            "-Xmx32m",
            "-Xss256k",
            "-XX:TieredStopAtLevel=1",
            "-XX:CICompilerCount=1",
            "-XX:ReservedCodeCacheSize=16m",
            "--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("--csi-endpoint", "unix://" + workplace.socket(host.node())));
    command.addAll(List.of("--metadata-url", apiEndpoint + "/hosts/" + host.id()));
    command.addAll(List.of("--sysfs-root", host.sysfs(workplace).toString()));
    command.addAll(List.of("--dev-root", host.dev(workplace).toString()));
    command.addAll(
        List.of("--state-dir", workplace.directory().resolve("run-" + host.node()).toString()));
    command.addAll(List.of("--http-listen", "127.0.0.1:0"));
    return workplace.start(host.node(), command, Map.of());
  }

  private List<String> java(String module, String main, String... flags) {
    Path target = project.resolve(module).resolve("target");
    NotTrue.unless(Files.isDirectory(target.resolve("lib")), module + " is not built");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:-UsePerfData"));
    command.addAll(List.of(flags));
    command.addAll(List.of("-cp", target + "/*:" + target + "/lib/*", main));
    return command;
  }
}
