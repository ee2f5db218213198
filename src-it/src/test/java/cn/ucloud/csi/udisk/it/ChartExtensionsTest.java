package cn.ucloud.csi.udisk.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an administrator can add to the chart, put in the place of what it has, or leave out. */
class ChartExtensionsTest {
  private static final String AFFINITY =
      "{nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms:"
          + " [{matchExpressions: [{key: a, operator: Exists}]}]}}}";

  /** What both parts have, as the rest of a flow mapping. */
  private static final String PART =
      "affinity: "
          + AFFINITY
          + """
          , labels: {team: storage}, annotations: {owner: storage}, podLabels: {team: storage},
            podAnnotations: {owner: storage}, dnsConfig: {options: [{name: ndots, value: "1"}]},
            extraArgs: ["--log-level=debug"], env: [{name: A, value: b}],
            envFrom: [{configMapRef: {name: c}}], extraVolumes: [{name: ca, configMap: {name: ca}}],
            extraVolumeMounts: [{name: ca, mountPath: /etc/ca}]
          """;

  private static final String SIDECAR =
      """
      {extraArgs: ["--v=5"], env: [{name: A, value: b}], resources: {limits: {memory: 1Gi}},
        securityContext: {runAsNonRoot: true}}
      """;

  /** Every value by which something can be added that this chart does not know of. */
  static final String EXTENSIONS =
      """
      {
      global: {imageRegistry: "registry.example.com:5000/mirror"},
      snapshots: {enabled: true, extraClasses:
        [{name: nightly, deletionPolicy: Retain, annotations: {a: b}}]},
      controller: {updateStrategy: {type: Recreate}, dnsPolicy: ClusterFirst, topologySpreadConstraints:
        [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway}], %s},
      node: {updateStrategy: {type: OnDelete}, dnsPolicy: ClusterFirstWithHostNet,
        nodeSelector: {disk: fast}, %s},
      sidecars: {provisioner: %s, registrar: %s},
      serviceAccounts: {controller: {name: mine, annotations: {a: b}}, node: {annotations: {a: b}}},
      storageClasses: {default: fast, extra: [{name: fast, parameters: {type: rssd, fsType: xfs},
        reclaimPolicy: Retain, volumeBindingMode: Immediate, mountOptions: [noatime],
        allowedTopologies: [{matchLabelExpressions: [{key: zone, values: [a]}]}],
        labels: {a: b}, annotations: {c: d}}]},
      monitoring: {serviceMonitor: true, relabelings: [{action: labeldrop, regex: pod}],
        scrapeAnnotations: true}
      }
      """
          .formatted(PART, PART, SIDECAR, SIDECAR);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "controller: {replicas: null}",
        "controller: {httpPort: null}",
        "controller: {runAsUser: null}",
        "sidecars: {attacher: {image: null}}",
        "sidecars: {attacher: null}",
        "node: {resources: null}",
        "storageClasses: null",
        "image: {repository: null}",
      })
  void aValueThatIsNullIsRefusedByItsName(String values) {
    String name = values.replaceAll(".*?(\\w+): null.*", "$1");
    assertThatThrownBy(() -> Chart.onNewest().with(values).render())
        .hasMessageContaining(name)
        .hasMessageNotContaining("nil pointer");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{repository: 'registry.example.com:5000/a/udisk-csi', tag: '1'} | registry.example.com:5000/a/udisk-csi:1",
        "{tag: '1', digest: 'sha256:%s'} | udisk-csi:1@sha256:%s",
        "{repository: 'udisk-csi/'} |",
        "{repository: 'udisk-csi:1'} |",
        "{repository: 'udisk-csi@sha256:%s'} |",
        "{tag: 'a b'} |",
        "{digest: 'sha256:short'} |",
      })
  void anImageIsAValidReferenceOrRefused(String image, @Nullable String reference) {
    String digest = "0123456789abcdef".repeat(4);
    Chart chart = Chart.onNewest().with("image: " + image.replace("%s", digest));
    if (reference == null) {
      assertThatThrownBy(chart::render).hasMessageContaining("image");
    } else {
      assertThat(Chart.container(chart.node(), "csi-udisk").path("image").asText())
          .isEqualTo(reference.replace("%s", digest));
    }
  }

  @Test
  void oneRegistryTakesThePlaceOfAllOthers() {
    Chart chart =
        Chart.onNewest()
            .with(
                """
                global: {imageRegistry: registry.example.com:5000/mirror}
                image: {repository: docker.io/ucloud/udisk-csi, tag: "1"}
                snapshots: {enabled: true}
                """);
    List<String> images = new ArrayList<>();
    chart.controller().findValues("image").forEach(image -> images.add(image.asText()));
    chart.node().findValues("image").forEach(image -> images.add(image.asText()));
    assertThat(images)
        .hasSize(7)
        .allMatch(image -> image.startsWith("registry.example.com:5000/mirror/"))
        .contains("registry.example.com:5000/mirror/ucloud/udisk-csi:1");
  }

  @Test
  void anotherImageOfOneSidecarStandsForItself() {
    Chart chart =
        Chart.onNewest()
            .with("sidecars: {attacher: {image: 'registry.example.com/csi-attacher:v5'}}");
    assertThat(Chart.container(chart.controller(), "csi-attacher").path("image").asText())
        .isEqualTo("registry.example.com/csi-attacher:v5");
  }

  @Test
  void everyExtensionReachesItsObject() {
    Chart chart = Chart.onNewest().with(EXTENSIONS);
    for (JsonNode workload :
        List.of(
            chart.find("Deployment", "csi-udisk-controller"),
            chart.find("DaemonSet", "csi-udisk"))) {
      assertThat(workload.at("/metadata/labels/team").asText()).isEqualTo("storage");
      assertThat(workload.at("/metadata/annotations/owner").asText()).isEqualTo("storage");
      assertThat(workload.at("/spec/template/metadata/labels/team").asText()).isEqualTo("storage");
      assertThat(workload.at("/spec/template/metadata/annotations/owner").asText())
          .isEqualTo("storage");
      assertThat(workload.at("/spec/template/metadata/annotations/prometheus.io~1port").asText())
          .isEqualTo("9809");
      JsonNode pod = workload.at("/spec/template/spec");
      assertThat(pod.at("/affinity/podAntiAffinity").isMissingNode()).isTrue();
      assertThat(pod.at("/dnsConfig/options/0/name").asText()).isEqualTo("ndots");
      assertThat(Chart.args(pod, "csi-udisk")).endsWith("--log-level=debug");
      JsonNode driver = Chart.container(pod, "csi-udisk");
      assertThat(driver.path("env").findValuesAsText("name")).contains("A");
      assertThat(driver.at("/envFrom/0/configMapRef/name").asText()).isEqualTo("c");
      assertThat(driver.path("volumeMounts").findValuesAsText("mountPath")).contains("/etc/ca");
      assertThat(pod.path("volumes").findValuesAsText("name")).contains("ca");
    }
    for (JsonNode sidecar :
        List.of(
            Chart.container(chart.controller(), "csi-provisioner"),
            Chart.container(chart.node(), "node-registrar"))) {
      assertThat(sidecar.path("args").toString()).contains("--v=5");
      assertThat(sidecar.at("/resources/limits/memory").asText()).isEqualTo("1Gi");
      assertThat(sidecar.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
      assertThat(sidecar.at("/env/0/name").asText()).isEqualTo("A");
    }
    assertThat(chart.controller().path("serviceAccountName").asText()).isEqualTo("mine");
    assertThat(chart.find("ClusterRoleBinding", "udisk-csi-driver").at("/subjects/0/name").asText())
        .isEqualTo("mine");
    assertThat(chart.find("StorageClass", "fast").path("mountOptions").toString())
        .isEqualTo("[\"noatime\"]");
    assertThat(chart.find("VolumeSnapshotClass", "nightly").path("deletionPolicy").asText())
        .isEqualTo("Retain");
  }

  @Test
  void aCaBundleIsWhereverTheCloudIsAsked() {
    Chart chart =
        Chart.onNewest()
            .with(
                "{cloud: {caBundle: {configMap: udisk-ca, key: root.pem}}, helmTest: {enabled: true}}");
    JsonNode smoke =
        chart.hooks().stream()
            .filter(one -> one.kind().equals("Pod"))
            .findFirst()
            .orElseThrow()
            .tree()
            .path("spec");
    for (JsonNode pod : List.of(chart.controller(), chart.adminPod(), smoke)) {
      JsonNode asking = pod.path("containers").get(0);
      assertThat(asking.path("env").toString())
          .contains("{\"name\":\"UCLOUD_CA_BUNDLE\",\"value\":\"/etc/udisk-csi/ca/bundle.pem\"}");
      assertThat(asking.path("volumeMounts").toString())
          .contains("\"mountPath\":\"/etc/udisk-csi/ca\"");
      assertThat(pod.path("volumes").toString())
          .contains(
              "\"name\":\"udisk-ca\",\"items\":[{\"key\":\"root.pem\",\"path\":\"bundle.pem\"}]");
    }
    assertThat(chart.node().toString()).doesNotContain("udisk-ca");
  }

  @Test
  void tracesAreSentByBothPartsWhereACollectorIsNamedAndByNoneElse() {
    Chart chart = Chart.onNewest().with("{tracing: {endpoint: 'http://10.9.0.8:4318'}}");
    for (JsonNode pod : List.of(chart.controller(), chart.node())) {
      JsonNode variables = pod.path("containers").get(0).path("env");
      assertThat(variables.toString())
          .contains("{\"name\":\"OTEL_EXPORTER_OTLP_ENDPOINT\",\"value\":\"http://10.9.0.8:4318\"}")
          .contains("\"value\":\"k8s.node.name=$(KUBE_NODE_NAME)\"");
      List<String> names = new ArrayList<>();
      variables.forEach(variable -> names.add(variable.path("name").asText()));
      assertThat(names)
          .as("a variable that is named in another one has to be before it")
          .containsSubsequence("KUBE_NODE_NAME", "OTEL_RESOURCE_ATTRIBUTES")
          .doesNotHaveDuplicates();
    }
    Chart without = Chart.onNewest();
    assertThat(without.controller() + " " + without.node()).doesNotContain("OTEL_");
    assertThatThrownBy(() ->
            Chart.onNewest().with("{tracing: {endpoint: 'http://user:key@10.9.0.8'}}").render())
        .hasMessageContaining("endpoint");
  }

  @Test
  void rolesAndAccountsCanBeSomebodyElses() {
    Chart chart =
        Chart.onNewest().with("{rbac: {create: false}, serviceAccounts: {create: false}}");
    assertThat(chart.render())
        .extracting(Chart.Manifest::kind)
        .doesNotContain(
            "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding", "ServiceAccount");
  }
}
