package cn.ucloud.csi.udisk.orchestrator.demo;

import cn.ucloud.csi.udisk.orchestrator.demo.process.DemoError;
import cn.ucloud.csi.udisk.orchestrator.demo.process.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How the processes of the demo are started: real jars, real flags, and by the script of the image.
 */
final class Programs {
  static final String REGION = "cn-bj2";
  static final String ZONE = "cn-bj2-02";
  private static final String CLUSTER_ID = "uk8s-demo";

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
    List<String> command = role("simulator");
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
    return start("simulator", command, Map.of());
  }

  /** The controller, as its pod would start it where there is no cluster to elect a leader in. */
  Program controller(String apiEndpoint) {
    List<String> command = role("controller");
    command.addAll(List.of("--csi-endpoint", "unix://" + workplace.socket("controller")));
    command.addAll(List.of("--ucloud-api-endpoint", apiEndpoint));
    command.addAll(List.of("--ucloud-region-id", REGION));
    command.addAll(List.of("--ucloud-project-id", "org-simulator"));
    command.addAll(List.of("--ucloud-uk8s-cluster-id", CLUSTER_ID));
    command.addAll(List.of("--create-settle", "2s"));
    command.addAll(List.of("--leader-election", "false"));
    command.addAll(List.of("--http-listen", "127.0.0.1:0"));
    return start("controller", command, KEYS);
  }

  /** The node process of a host. */
  Program node(DemoHost host, String apiEndpoint) {
    List<String> command = role("node");
    command.addAll(List.of("--csi-endpoint", "unix://" + workplace.socket(host.node())));
    command.addAll(List.of("--metadata-url", apiEndpoint + "/hosts/" + host.id()));
    command.addAll(List.of("--sysfs-root", host.sysfs(workplace).toString()));
    command.addAll(List.of("--dev-root", host.dev(workplace).toString()));
    command.addAll(
        List.of("--state-dir", workplace.directory().resolve("run-" + host.node()).toString()));
    command.addAll(List.of("--http-listen", "127.0.0.1:0"));
    return start(host.node(), command, Map.of());
  }

  /** What {@code kubectl udisk} runs in a controller's pod: one answer of the admin's program. */
  Program admin(String apiEndpoint, Path kubeconfig, String command, String... more) {
    List<String> all = role("admin");
    all.add(command);
    all.addAll(List.of(more));
    Map<String, String> variables = new HashMap<>(KEYS);
    variables.put("UCLOUD_API_ENDPOINT", apiEndpoint);
    variables.put("UCLOUD_REGION_ID", REGION);
    variables.put("UCLOUD_PROJECT_ID", "org-simulator");
    variables.put("UCLOUD_UK8S_CLUSTER_ID", CLUSTER_ID);
    variables.put("KUBECONFIG", kubeconfig.toString());
    return start("kubectl-udisk-" + command, all, variables);
  }

  private List<String> role(String role) {
    Path lib = project.resolve(role).resolve("target").resolve("lib");
    DemoError.unless(Files.isDirectory(lib), role + " is not built");
    return new ArrayList<>(List.of(project.resolve("deploy/image/udisk-csi").toString(), role));
  }

  private Program start(String name, List<String> command, Map<String, String> variables) {
    Map<String, String> all = new HashMap<>(variables);
    all.put("JAVA_HOME", System.getProperty("java.home"));
    return workplace.start(name, command, all);
  }
}
