package cn.ucloud.csi.udisk.node;

import cn.ucloud.csi.udisk.common.config.CommonOptions;
import cn.ucloud.csi.udisk.common.config.Rule;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.process.ServerOptions;
import cn.ucloud.csi.udisk.node.blank.BlankRule;
import cn.ucloud.csi.udisk.node.info.NodeIdForm;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The node's flags. */
final class NodeOptions implements ServerOptions<NodeConfig> {
  private static final String NODE_ID = "--node-id";
  private static final String NODE_NAME = "--node-name";

  @Mixin private final CommonOptions common = new CommonOptions();

  @Option(
      names = "--metadata-url",
      paramLabel = "<url>",
      defaultValue = "http://100.80.80.80",
      description = "UCloud's metadata server. Default: ${DEFAULT-VALUE}, the same in every zone.")
  private URI metadataUrl;

  @Option(
      names = NODE_ID,
      paramLabel = "<form>",
      defaultValue = "instance-id",
      description =
          "What the node is called by: instance-id, or node-name, which is the closed driver's form"
              + " and keeps the way back to it open. Default: ${DEFAULT-VALUE}.")
  private NodeIdForm nodeId;

  @Option(
      names = NODE_NAME,
      paramLabel = "<address>",
      description = "The node's name in Kubernetes, in UK8S its internal address.")
  private @Nullable String nodeName;

  @Option(
      names = "--sysfs-root",
      paramLabel = "<directory>",
      defaultValue = "/sys",
      description = "Where the host's sysfs is seen. Default: ${DEFAULT-VALUE}.")
  private Path sysfsRoot;

  @Option(
      names = "--dev-root",
      paramLabel = "<directory>",
      defaultValue = "/dev",
      description = "Where the host's device files are seen. Default: ${DEFAULT-VALUE}.")
  private Path devRoot;

  @Option(
      names = "--state-dir",
      paramLabel = "<directory>",
      defaultValue = "/run/udisk-csi",
      description =
          "Small files that outlive the process but not a reboot. Default: ${DEFAULT-VALUE}.")
  private Path stateDir;

  @Option(
      names = "--kubelet-dir",
      paramLabel = "<directory>",
      defaultValue = "/var/lib/kubelet",
      description =
          "Where kubelet keeps its volumes, from which this driver's are told. Default:"
              + " ${DEFAULT-VALUE}.")
  private Path kubeletDir;

  @Option(
      names = "--max-volumes-per-node",
      paramLabel = "<number>",
      defaultValue = "20",
      description =
          "How many disks the cloud attaches to this host, besides the boot disk. Disks that are"
              + " not this driver's are subtracted. Default: ${DEFAULT-VALUE}.")
  private int maxVolumes;

  @Option(
      names = "--rssd-on-bare-metal",
      description =
          "RSSD disks can be attached to this host. Only for bare metal, whose metadata do not say"
              + " so.")
  private boolean rssdOnBareMetal;

  @Option(
      names = "--device-timeout",
      paramLabel = "<duration>",
      defaultValue = "30s",
      description = "How long an attached disk may take to appear. Default: ${DEFAULT-VALUE}.")
  private Duration deviceTimeout;

  @Option(
      names = "--blank-check",
      paramLabel = "<rule>",
      defaultValue = "zeros",
      description =
          "What counts as an empty disk: zeros in all places that are read, or merely no known"
              + " signatures, which is enough only for disks that this driver created. Default:"
              + " ${DEFAULT-VALUE}.")
  private BlankRule blankCheck;

  @Override
  public CommonOptions common() {
    return common;
  }

  @Override
  public List<Rule> rules() {
    return List.of(
        Rule.on(
            "--metadata-url",
            "must be a URL such as http://100.80.80.80",
            () -> "http".equals(metadataUrl.getScheme()) && metadataUrl.getHost() != null),
        Rule.on(
            NODE_ID,
            NODE_NAME,
            "must be the node's internal address if nodes are called by their names, because"
                + " UCloud can find an instance by nothing else",
            () -> nodeId == NodeIdForm.INSTANCE_ID || isAddress(nodeName)),
        Rule.on("--sysfs-root", "must be absolute", () -> sysfsRoot.isAbsolute()),
        Rule.on("--dev-root", "must be absolute", () -> devRoot.isAbsolute()),
        Rule.on("--state-dir", "must be absolute", () -> stateDir.isAbsolute()),
        Rule.on("--kubelet-dir", "must be absolute", () -> kubeletDir.isAbsolute()),
        Rule.on("--max-volumes-per-node", "must be at least 1", () -> maxVolumes >= 1),
        Rule.on(
            "--device-timeout",
            "must be at least 1s",
            () -> deviceTimeout.compareTo(Duration.ofSeconds(1)) >= 0));
  }

  /** The closed driver's pods have the name in this variable. */
  @Override
  public Map<String, List<String>> aliases() {
    return Map.of(NODE_NAME, List.of("KUBE_NODE_NAME"));
  }

  private static boolean isAddress(@Nullable String name) {
    return name != null && !name.isBlank() && new NodeId(name.strip()).isAddress();
  }

  @Override
  public NodeConfig toConfig() {
    return new NodeConfig(
        metadataUrl,
        Optional.ofNullable(nodeName)
            .filter(_ -> nodeId == NodeIdForm.NODE_NAME)
            .map(name -> new NodeId(name.strip())),
        sysfsRoot,
        devRoot,
        stateDir,
        kubeletDir,
        maxVolumes,
        rssdOnBareMetal,
        deviceTimeout,
        blankCheck);
  }
}
