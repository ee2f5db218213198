package cn.ucloud.csi.udisk.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The chart gives containers only flags that they have, and withholds none without a reason. */
class ChartFlagsTest {
  private static final String DRIVER = "csi-udisk";

  /** Flags that no value reaches, and why. */
  private static final Map<String, String> FIXED_OF_CONTROLLER =
      Map.of(
          "--csi-endpoint", "the socket that the sidecars are given",
          "--leader-election", "in a cluster there is always one to hold the lease in",
          "--health-dir", "where the chart mounts memory for the probes",
          "--credentials-dir", "where the chart mounts the Secret",
          "--kubeconfig", "a pod has its service account");

  private static final Map<String, String> FIXED_OF_NODE =
      Map.of(
          "--csi-endpoint", "the socket that the registrar is given",
          "--health-dir", "where the chart mounts memory for the probes",
          "--node-name", "the variable KUBE_NODE_NAME, which Kubernetes fills in",
          "--sysfs-root", "where the chart mounts the host's",
          "--dev-root", "where the chart mounts the host's",
          "--state-dir", "where the chart mounts the host's");

  /** Flags that the sidecars of the pinned versions have, as far as the chart may use them. */
  private static final Map<String, Set<String>> OF_SIDECARS =
      Map.of(
          "csi-provisioner",
          common("worker-threads", "strict-topology", "extra-create-metadata", "default-fstype"),
          "csi-attacher",
          common("worker-threads", "reconcile-sync"),
          "csi-resizer",
          common("workers"),
          "csi-snapshotter",
          common("worker-threads", "feature-gates"),
          "node-registrar",
          Set.of("v", "csi-address", "timeout", "kubelet-registration-path"));

  private static Set<String> common(String... own) {
    return Stream.concat(
            Stream.of(own),
            Stream.of(
                "v",
                "csi-address",
                "timeout",
                "retry-interval-max",
                "kube-api-qps",
                "kube-api-burst",
                "leader-election"))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static final Chart ALL_SET =
      Chart.onNewest()
          .with(
              """
              cloud: {region: cn-bj2, projectId: org-a, clusterId: uk8s-abc, apiEndpoint: "http://api", proxy: "http://p:3128", noProxy: a,
                caBundle: {configMap: udisk-ca, key: ca.crt}}
              credentials: {source: secret, secretName: keys}
              node: {rssdOnBareMetal: true}
              controller: {extraLabels: {team: db, claim: "${pvc.name}"}}
              snapshots: {enabled: true}
              """);

  /** As arguments and as variables. */
  private static Map<String, String> flags(JsonNode pod, Set<String> declared) {
    Map<String, String> flags = new TreeMap<>();
    for (JsonNode variable : Chart.container(pod, DRIVER).path("env")) {
      String flag =
          "--" + variable.path("name").asText().toLowerCase(Locale.ROOT).replace('_', '-');
      if (declared.contains(flag) && variable.has("value")) {
        flags.put(flag, variable.path("value").asText());
      }
    }
    for (String arg : Chart.args(pod, DRIVER)) {
      if (arg.startsWith("--")) {
        String[] parts = arg.split("=", 2);
        flags.put(parts[0], parts.length == 2 ? parts[1] : "true");
      }
    }
    return flags;
  }

  @Test
  void theFirstArgumentIsTheRole() {
    assertThat(Chart.args(ALL_SET.controller(), DRIVER).getFirst()).isEqualTo("controller");
    assertThat(Chart.args(ALL_SET.node(), DRIVER).getFirst()).isEqualTo("node");
  }

  @Test
  void everyFlagOfTheControllerIsReachedOrLeftForAReason() {
    Set<String> declared = DriverFlags.ofController().keySet();
    assertThat(union(flags(ALL_SET.controller(), declared).keySet(), FIXED_OF_CONTROLLER.keySet()))
        .isEqualTo(declared);
  }

  @Test
  void everyFlagOfTheNodeIsReachedOrLeftForAReason() {
    Set<String> declared = DriverFlags.ofNode().keySet();
    assertThat(union(flags(ALL_SET.node(), declared).keySet(), FIXED_OF_NODE.keySet()))
        .isEqualTo(declared);
  }

  private static Set<String> union(Set<String> one, Set<String> other) {
    Set<String> union = new TreeSet<>(one);
    union.addAll(other);
    return union;
  }

  @Test
  void withTheChartsOwnValuesTheDriverHasItsOwnDefaults() {
    assertDefaults(Chart.onNewest().controller(), DriverFlags.ofController());
    assertDefaults(Chart.onNewest().node(), DriverFlags.ofNode());
  }

  private static void assertDefaults(JsonNode pod, Map<String, Optional<String>> declared) {
    flags(pod, declared.keySet())
        .forEach((flag, value) ->
            declared
                .getOrDefault(flag, Optional.empty())
                .ifPresent(byDefault -> assertThat(value).as(flag).isEqualTo(byDefault)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "csi-provisioner",
        "csi-attacher",
        "csi-resizer",
        "csi-snapshotter",
        "node-registrar"
      })
  void sidecarsAreGivenFlagsOfTheirPinnedVersion(String sidecar) {
    JsonNode pod = sidecar.equals("node-registrar") ? ALL_SET.node() : ALL_SET.controller();
    assertThat(Chart.args(pod, sidecar))
        .isNotEmpty()
        .extracting(arg -> arg.replaceAll("^--|=.*$", ""))
        .isSubsetOf(OF_SIDECARS.get(sidecar));
  }

  /** What `kubectl exec` starts beside the controller has the container's variables alone. */
  @Test
  void whereTheCloudIsIsSaidByVariablesWhichTheAdministratorsProgramHasToo() {
    Set<String> ofCloud = DriverFlags.ofCloud().keySet();
    assertThat(Chart.args(ALL_SET.controller(), DRIVER))
        .noneMatch(arg -> ofCloud.contains(arg.split("=", 2)[0]));
    assertThat(flags(ALL_SET.controller(), ofCloud)).containsKeys(ofCloud.toArray(String[]::new));
    assertThat(Chart.container(ALL_SET.adminPod(), DRIVER).path("env"))
        .isEqualTo(Chart.container(ALL_SET.controller(), DRIVER).path("env"));
  }

  /** One flag a row, in the section of its process. */
  @Test
  void everyFlagIsInTheDocumentWithItsDefault() {
    Map<String, String> both = documented("Both processes");
    Map<String, String> controller = documented("Controller");
    controller.putAll(both);
    Map<String, String> node = documented("Node");
    node.putAll(both);
    assertThat(controller).isEqualTo(shown(DriverFlags.ofController()));
    assertThat(node).isEqualTo(shown(DriverFlags.ofNode()));
  }

  private static Map<String, String> documented(String section) {
    Map<String, String> documented = new TreeMap<>();
    for (List<String> row : MarkdownTables.rows("configuration.md", section)) {
      String shown = row.get(1);
      documented.put(row.get(0), shown.equals("required") || shown.equals("none") ? "" : shown);
    }
    return documented;
  }

  private static Map<String, String> shown(Map<String, Optional<String>> flags) {
    Map<String, String> shown = new TreeMap<>();
    flags.forEach((flag, value) -> shown.put(flag, value.orElse("")));
    return shown;
  }
}
