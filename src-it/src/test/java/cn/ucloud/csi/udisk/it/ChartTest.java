package cn.ucloud.csi.udisk.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.LintResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an admin gets who installs the chart, and what is said when the values are wrong. */
class ChartTest {
  private static final String PLUGIN = "/csi-plugins/udisk.csi.ucloud.cn";

  @Test
  void helmFindsNothingToCriticise() {
    LintResult result = Chart.lint();
    assertThat(result.isFailed()).as(result.getMessages().toString()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "colour: red | colour",
        "controller: {colour: red} | colour",
        "cloud: {regoin: cn-bj2} | regoin",
        "sidecars: {attacher: {threads: 5}} | threads",
        "controller: {replicas: many} | replicas",
        "controller: {createSettle: 75} | createSettle",
        "node: {blankCheck: hope} | blankCheck",
        "kubeletDir: var/lib/kubelet | kubeletDir",
        "credentials: {source: secret} | credentials.secretName",
        "credentials: {secretName: keys} | credentials.source=secret",
        "credentials: {source: vault} | source",
        "cloud: {configMap: ''} | cloud.configMap",
        "{cloud: {configMap: '', region: cn-bj2}, credentials: {source: sts}} | cloud.clusterId",
        "controller: {hostNetwork: true} | controller.httpPort",
        "{admin: {enabled: false}, helmTest: {enabled: true}} | admin.enabled",
        "helmTest: {kubectlImage: ''} | kubectlImage",
        "node: {registrarPort: 9809} | registrarPort",
      })
  void aWrongValueIsRefusedInOneSentenceThatNamesIt(String values, String named) {
    assertThatThrownBy(() -> Chart.onNewest().with(values).render())
        .satisfies(failure ->
            assertThat(String.valueOf(failure.getMessage()).lines())
                .filteredOn(line -> line.contains(named))
                .as(failure.getMessage())
                .hasSize(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {Chart.OLDEST, "1.25.0", "1.30.0", "1.34.0", Chart.NEWEST})
  void newFieldsAreOnlyWhereTheClusterKnowsThem(String version) {
    int minor = Integer.parseInt(version.split("\\.", -1)[1]);
    JsonNode spec = new Chart(version, "").find("CSIDriver", "udisk.csi.ucloud.cn").path("spec");
    assertThat(spec.has("seLinuxMount")).isEqualTo(minor >= 25);
    assertThat(spec.has("nodeAllocatableUpdatePeriodSeconds")).isEqualTo(minor >= 34);
    assertThat(spec.path("attachRequired").asBoolean()).isTrue();
    assertThat(spec.path("fsGroupPolicy").asText()).isEqualTo("ReadWriteOnceWithFSType");
  }

  @Test
  void aClusterThatIsTooOldIsRefused() {
    assertThatThrownBy(() -> new Chart("1.21.5", "").render()).hasMessageContaining("1.22");
  }

  @Test
  void snapshotsAndMonitorsAreOnlyWhereTheClusterServesThem() {
    List<Chart.Manifest> plain = Chart.onNewest().render();
    assertThat(plain)
        .extracting(Chart.Manifest::kind)
        .doesNotContain("VolumeSnapshotClass", "ServiceMonitor", "PrometheusRule");
    assertThat(containers(Chart.onNewest().controller())).doesNotContain("csi-snapshotter");
    assertThat(Chart.EVERYTHING.render())
        .extracting(Chart.Manifest::kind)
        .contains("VolumeSnapshotClass", "ServiceMonitor", "PrometheusRule");
    assertThat(containers(Chart.EVERYTHING.controller())).contains("csi-snapshotter");
  }

  private static List<String> containers(JsonNode pod) {
    return pod.path("containers").valueStream().map(c -> c.path("name").asText()).toList();
  }

  @Test
  void keysComeFromTheConfigMapOfTheClusterIfItHasAny() {
    JsonNode driver = Chart.container(Chart.onNewest().controller(), "csi-udisk");
    assertThat(required(driver))
        .containsExactlyInAnyOrder("UCLOUD_REGION_ID", "UCLOUD_UK8S_CLUSTER_ID");
    assertThat(optional(driver))
        .contains("UCLOUD_API_ENDPOINT", "UCLOUD_PROJECT_ID")
        .contains("UCLOUD_ACCESS_PUBKEY", "UCLOUD_ACCESS_PRIKEY");
  }

  @Test
  void keysOfASecretAreMountedAsADirectoryThatFollowsTheSecret() {
    Chart chart = Chart.onNewest().with("credentials: {source: secret, secretName: udisk-keys}");
    JsonNode pod = chart.controller();
    JsonNode driver = Chart.container(pod, "csi-udisk");
    assertThat(variable(driver, "CREDENTIALS_DIR")).isEqualTo("/etc/udisk-csi/credentials");
    JsonNode mount = mount(driver, "credentials");
    assertThat(mount.path("mountPath").asText()).isEqualTo("/etc/udisk-csi/credentials");
    assertThat(mount.has("subPath")).isFalse();
    assertThat(pod.toString()).contains("\"secretName\":\"udisk-keys\"");
    assertThat(optional(driver)).noneMatch(name -> name.contains("KEY"));
    assertThat(pod.at("/securityContext/fsGroup").asInt())
        .as("may read the files, which belong to root")
        .isEqualTo(pod.at("/securityContext/runAsUser").asInt());
  }

  @Test
  void temporaryKeysAloneMeanThatNoOthersAreGiven() {
    JsonNode pod = Chart.onNewest().with("credentials: {source: sts}").controller();
    assertThat(optional(Chart.container(pod, "csi-udisk"))).noneMatch(name -> name.contains("KEY"));
    assertThat(pod.toString()).doesNotContain("CREDENTIALS_DIR");
  }

  @Test
  void noConfigMapIsNeededWhereTheValuesSayAll() {
    JsonNode pod =
        Chart.onNewest()
            .with(
                """
                cloud: {configMap: "", region: cn-bj2, clusterId: uk8s-abc, projectId: org-a, apiEndpoint: "https://api.ucloud.cn"}
                credentials: {source: sts}
                """)
            .controller();
    assertThat(pod.toString()).doesNotContain("configMap");
    JsonNode driver = Chart.container(pod, "csi-udisk");
    assertThat(variable(driver, "UCLOUD_REGION_ID")).isEqualTo("cn-bj2");
    assertThat(variable(driver, "UCLOUD_UK8S_CLUSTER_ID")).isEqualTo("uk8s-abc");
    assertThat(variable(driver, "UCLOUD_PROJECT_ID")).isEqualTo("org-a");
    assertThat(variable(driver, "UCLOUD_API_ENDPOINT")).isEqualTo("https://api.ucloud.cn");
  }

  private static String variable(JsonNode container, String name) {
    return container
        .path("env")
        .valueStream()
        .filter(env -> env.path("name").asText().equals(name))
        .map(env -> env.path("value").asText())
        .findFirst()
        .orElseThrow(() -> new AssertionError("no variable " + name));
  }

  private static List<String> required(JsonNode container) {
    return variables(container, false);
  }

  private static List<String> optional(JsonNode container) {
    return variables(container, true);
  }

  private static List<String> variables(JsonNode container, boolean isOptional) {
    return container
        .path("env")
        .valueStream()
        .map(env -> env.at("/valueFrom/configMapKeyRef"))
        .filter(ref -> ref.isObject() && ref.path("optional").asBoolean() == isOptional)
        .map(ref -> ref.path("key").asText())
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/var/lib/kubelet", "/data/kubelet", "/data/kubelet/"})
  void theNodeServesAnyKubeletRoot(String root) {
    JsonNode pod = Chart.onNewest().with("kubeletDir: " + root).node();
    String kubelet = root.replaceAll("/$", "");
    JsonNode driver = Chart.container(pod, "csi-udisk");
    assertThat(Chart.args(pod, "csi-udisk")).contains("--kubelet-dir=" + kubelet);
    assertThat(mount(driver, "kubelet").path("mountPath").asText())
        .as("kubelet names paths as it sees them")
        .isEqualTo(kubelet);
    assertThat(mount(driver, "kubelet").path("mountPropagation").asText())
        .isEqualTo("Bidirectional");
    assertThat(hostPath(pod, "plugin")).isEqualTo(kubelet + PLUGIN);
    assertThat(hostPath(pod, "registration")).isEqualTo(kubelet + "/plugins_registry");
    assertThat(Chart.args(pod, "node-registrar"))
        .contains("--kubelet-registration-path=" + kubelet + PLUGIN + "/csi.sock");
  }

  private static String hostPath(JsonNode pod, String volume) {
    return pod.path("volumes")
        .valueStream()
        .filter(v -> v.path("name").asText().equals(volume))
        .map(v -> v.at("/hostPath/path").asText())
        .findFirst()
        .orElseThrow();
  }

  private static JsonNode mount(JsonNode container, String volume) {
    return container
        .path("volumeMounts")
        .valueStream()
        .filter(mount -> mount.path("name").asText().equals(volume))
        .findFirst()
        .orElseThrow(() -> new AssertionError("does not mount " + volume));
  }

  /** What is mounted there appears on the host, and stays when the pod is gone. */
  @Test
  void nothingIsMountedIntoADirectoryWhoseMountsTheHostSees() {
    for (JsonNode container : Chart.onNewest().node().path("containers")) {
      List<String> paths = new ArrayList<>();
      List<String> shared = new ArrayList<>();
      for (JsonNode mount : container.path("volumeMounts")) {
        paths.add(mount.path("mountPath").asText());
        if (mount.path("mountPropagation").asText().equals("Bidirectional")) {
          shared.add(mount.path("mountPath").asText());
        }
      }
      assertThat(paths)
          .noneMatch(path -> shared.stream().anyMatch(root -> path.startsWith(root + "/")));
    }
  }

  @Test
  void theNodePluginTakesThePlaceOfTheClosedDrivers() {
    JsonNode set = Chart.onNewest().find("DaemonSet", "csi-udisk");
    assertThat(set.at("/spec/selector/matchLabels"))
        .isEqualTo(Chart.tree("{app: csi-udisk, role: node, owner: ucloud}"));
    assertThat(set.at("/spec/template/spec/affinity"))
        .isEqualTo(
            Chart.tree(
                """
                nodeAffinity:
                  requiredDuringSchedulingIgnoredDuringExecution:
                    nodeSelectorTerms:
                      - matchExpressions:
                          - {key: node.uk8s.ucloud.cn/instance_type, operator: In, values: [uhost, bmhost]}
                """));
    assertThat(set.at("/spec/template/spec/tolerations").valueStream())
        .contains(
            Chart.tree("{key: CriticalAddonsOnly, operator: Exists}"),
            Chart.tree("{key: dedicated, operator: Exists}"),
            Chart.tree("{effect: NoSchedule, operator: Exists}"));
  }

  /** Class by class what its last public manifests hold: such fields can never be changed. */
  @ParameterizedTest
  @CsvSource({"csi-udisk-rssd,rssd,", "ssd-csi-udisk,ssd,no", "sata-csi-udisk,sata,no"})
  void theStorageClassesOfTheClosedDriverStayAsTheyAre(String name, String type, String ark) {
    JsonNode found = Chart.onNewest().find("StorageClass", name);
    assertThat(found.path("provisioner").asText()).isEqualTo("udisk.csi.ucloud.cn");
    assertThat(found.path("reclaimPolicy").asText()).isEqualTo("Delete");
    assertThat(found.path("volumeBindingMode").asText()).isEqualTo("WaitForFirstConsumer");
    assertThat(found.path("allowVolumeExpansion").asBoolean()).isTrue();
    assertThat(found.path("parameters").properties())
        .extracting(Map.Entry::getKey)
        .containsExactlyInAnyOrderElementsOf(
            ark == null ? List.of("type", "fsType") : List.of("type", "fsType", "udataArkMode"));
    assertThat(found.at("/parameters/type").asText()).isEqualTo(type);
    assertThat(found.at("/parameters/fsType").asText()).isEqualTo("ext4");
    assertThat(found.at("/parameters/udataArkMode").asText("")).isEqualTo(ark == null ? "" : ark);
  }

  @Test
  void everyClassHasATwinThatKeepsTheDisk() {
    List<Chart.Manifest> classes =
        Chart.EVERYTHING.render().stream().filter(m -> m.kind().equals("StorageClass")).toList();
    assertThat(classes)
        .extracting(Chart.Manifest::name)
        .contains("csi-udisk-rssd-kms", "csi-udisk-rssd-nodes")
        .hasSize(10);
    for (Chart.Manifest one : classes) {
      assertThat(one.tree().path("reclaimPolicy").asText())
          .isEqualTo(one.name().endsWith("-retain") ? "Retain" : "Delete");
    }
  }

  @Test
  void nodesHaveNoAccessToKubernetes() {
    JsonNode pod = Chart.EVERYTHING.node();
    assertThat(pod.path("automountServiceAccountToken").asBoolean(true)).isFalse();
    String account = pod.path("serviceAccountName").asText();
    assertThat(Chart.EVERYTHING.render())
        .filteredOn(m -> m.kind().endsWith("Binding"))
        .isNotEmpty()
        .noneMatch(m -> m.tree().path("subjects").toString().contains(account));
  }

  /** Else the process that keeps a mount from ending could not be named. */
  @Test
  void theNodeSeesTheProcessesOfItsHost() {
    assertThat(Chart.onNewest().node().path("hostPID").asBoolean()).isTrue();
  }

  /** A standby answers Probe with "not ready" for ever, and must not be restarted for it. */
  @Test
  void livenessIsNotAskedThroughProbe() {
    for (JsonNode pod : List.of(Chart.EVERYTHING.controller(), Chart.EVERYTHING.node())) {
      assertThat(pod.toString()).doesNotContain("livenessprobe:");
      JsonNode driver = Chart.container(pod, "csi-udisk");
      assertThat(driver.at("/livenessProbe/exec/command").toString()).contains("\"alive\"");
      assertThat(driver.at("/readinessProbe/exec/command").toString()).contains("\"ready\"");
    }
  }

  /** On the network of a host anybody may have it, and would be asked, or be in the way. */
  @Test
  void nothingOnANodeDependsOnAPortOfItsHost() {
    for (JsonNode container : Chart.EVERYTHING.node().path("containers")) {
      assertThat(container.has("ports")).as("a port that the scheduler looks for").isFalse();
      assertThat(container.toString()).doesNotContain("httpGet", "tcpSocket", "http-endpoint");
    }
    assertThat(Chart.EVERYTHING.controller().toString()).doesNotContain("httpGet", "tcpSocket");
  }

  @Test
  void everyContainerOfTheControllerRunsAsTheSameUserAndIsLockedDown() {
    JsonNode pod = Chart.EVERYTHING.controller();
    assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
    assertThat(pod.at("/securityContext/runAsUser").asInt()).isPositive();
    for (JsonNode container : pod.path("containers")) {
      JsonNode context = container.path("securityContext");
      assertThat(context.has("runAsUser")).isFalse();
      assertThat(context.path("readOnlyRootFilesystem").asBoolean()).isTrue();
      assertThat(context.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
      assertThat(context.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
    }
  }

  @Test
  void theControllerToleratesTheTaintThatItTakesOffNodes() {
    String taint = "{key: udisk.csi.ucloud.cn/agent-not-ready, operator: Exists}";
    for (JsonNode pod : List.of(Chart.onNewest().controller(), Chart.onNewest().node())) {
      assertThat(pod.path("tolerations").valueStream()).contains(Chart.tree(taint));
    }
  }

  /** The closed driver's plugins were evicted (21.08.1); kubelet spares pods of these classes. */
  @Test
  void nothingOfTheDriverIsEvictedBeforeThePodsItServes() {
    assertThat(Chart.onNewest().node().path("priorityClassName").asText())
        .isEqualTo("system-node-critical");
    assertThat(Chart.onNewest().controller().path("priorityClassName").asText())
        .isEqualTo("system-cluster-critical");
  }

  @ParameterizedTest
  @CsvSource({"true,false", "false,true"})
  void theNetworkOfTheHostIsASwitch(boolean controller, boolean node) {
    Chart chart =
        Chart.onNewest()
            .with(
                "{controller: {hostNetwork: %s, httpPort: 9811}, node: {hostNetwork: %s}}"
                    .formatted(controller, node));
    assertThat(chart.controller().path("hostNetwork").asBoolean()).isEqualTo(controller);
    assertThat(chart.node().path("hostNetwork").asBoolean()).isEqualTo(node);
    assertThat(
            chart.render().stream()
                .filter(m -> m.kind().equals("NetworkPolicy"))
                .map(Chart.Manifest::name))
        .as("policies do not reach pods on the network of their host")
        .containsExactlyElementsOf(
            Stream.of(controller ? "" : "udisk-csi-controller", node ? "" : "udisk-csi-node")
                .filter(name -> !name.isEmpty())
                .toList());
  }

  @Test
  void oneControllerAloneNeedsNoBudget() {
    assertThat(Chart.onNewest().with("controller: {replicas: 1}").render())
        .extracting(Chart.Manifest::kind)
        .doesNotContain("PodDisruptionBudget");
    assertThat(Chart.onNewest().find("PodDisruptionBudget", "csi-udisk-controller")).isNotEmpty();
  }
}
