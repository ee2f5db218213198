package cn.ucloud.csi.udisk.node;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.common.config.FlagParser;
import cn.ucloud.csi.udisk.common.config.Parsed;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.node.blank.BlankRule;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class NodeOptionsTest {
  private static Parsed<NodeConfig> parse(String... args) {
    Map<String, String> environment = Map.of("CSI_ENDPOINT", "unix:///csi/csi.sock");
    return new FlagParser("udisk-csi-node", "1", environment).parse(new NodeOptions(), args);
  }

  private static NodeConfig config(String... args) {
    return parse(args) instanceof Parsed.Ready<NodeConfig>(NodeConfig config, var _)
        ? config
        : new NodeConfig(
            URI.create("x:x"),
            Optional.empty(),
            Path.of(""),
            Path.of(""),
            Path.of(""),
            Path.of(""),
            0,
            false,
            Duration.ZERO,
            BlankRule.ZEROS);
  }

  @Test
  void defaultsAreThoseOfAUCloudNode() {
    assertThat(config())
        .isEqualTo(
            new NodeConfig(
                URI.create("http://100.80.80.80"),
                Optional.empty(),
                Path.of("/sys"),
                Path.of("/dev"),
                Path.of("/run/udisk-csi"),
                Path.of("/var/lib/kubelet"),
                20,
                false,
                Duration.ofSeconds(30),
                BlankRule.ZEROS));
  }

  @Test
  void everyFlagIsHeard() {
    assertThat(
            config(
                "--metadata-url=http://127.0.0.1:1",
                "--node-id=node-name",
                "--node-name=10.9.0.1",
                "--sysfs-root=/a",
                "--dev-root=/b",
                "--state-dir=/c",
                "--kubelet-dir=/d",
                "--max-volumes-per-node=7",
                "--rssd-on-bare-metal",
                "--device-timeout=5s",
                "--blank-check=signatures"))
        .isEqualTo(
            new NodeConfig(
                URI.create("http://127.0.0.1:1"),
                Optional.of(new NodeId("10.9.0.1")),
                Path.of("/a"),
                Path.of("/b"),
                Path.of("/c"),
                Path.of("/d"),
                7,
                true,
                Duration.ofSeconds(5),
                BlankRule.SIGNATURES));
  }

  @Test
  void allThatIsWrongIsToldAtOnce() {
    Parsed<NodeConfig> refused =
        parse(
            "--metadata-url=100.80.80.80",
            "--state-dir=relative",
            "--kubelet-dir=relative",
            "--max-volumes-per-node=0",
            "--device-timeout=1ms",
            "--blank-check=never",
            "--node-id=node-name");
    assertThat(refused).isInstanceOf(Parsed.Refused.class);
    assertThat(((Parsed.Refused<NodeConfig>) refused).problems()).hasSize(7);
  }

  @Test
  void nodesAreCalledByTheirNamesOnlyIfTheseAreAddresses() {
    assertThat(parse("--node-id=node-name", "--node-name=master-1"))
        .isInstanceOfSatisfying(
            Parsed.Refused.class,
            refused -> assertThat(refused.problems().toString()).contains("internal address"));
    assertThat(config("--node-name=master-1").address()).isEmpty();
  }

  @Test
  void theClosedDriversVariableNamesTheNode() {
    Map<String, String> environment =
        Map.of("CSI_ENDPOINT", "unix:///csi/csi.sock", "KUBE_NODE_NAME", "10.9.0.1");
    assertThat(
            new FlagParser("udisk-csi-node", "1", environment)
                .parse(new NodeOptions(), "--node-id=node-name"))
        .isInstanceOf(Parsed.Ready.class);
  }
}
