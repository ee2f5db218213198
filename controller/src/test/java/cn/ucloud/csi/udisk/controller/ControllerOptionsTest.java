package cn.ucloud.csi.udisk.controller;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.common.config.FlagParser;
import cn.ucloud.csi.udisk.common.config.HostPort;
import cn.ucloud.csi.udisk.common.config.Parsed;
import cn.ucloud.csi.udisk.common.ucloud.http.HttpProxies;
import cn.ucloud.csi.udisk.controller.kube.ClusterConfig;
import cn.ucloud.csi.udisk.controller.kube.lease.LeaseTimings;
import cn.ucloud.csi.udisk.controller.model.DeletionRule;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControllerOptionsTest {
  private static final String[] NEEDED = {
    "--csi-endpoint=unix:///csi/csi.sock",
    "--ucloud-region-id=cn-bj2",
    "--ucloud-uk8s-cluster-id=uk8s-abc"
  };
  private static final Map<String, String> KEYS =
      Map.of(
          "UCLOUD_API_PUBKEY", "public-key",
          "UCLOUD_API_PRIKEY", "very-private-key",
          "HOSTNAME", "udisk-csi-0");

  @Test
  void allDefaults() {
    ControllerConfig config = ready(KEYS, NEEDED).config();
    assertThat(config.cloud().endpoint()).isEqualTo(URI.create("http://api.service.ucloud.cn"));
    assertThat(config.cloud().region()).isEqualTo("cn-bj2");
    assertThat(config.cloud().projectId()).isEmpty();
    assertThat(config.cloud().proxies()).isEqualTo(HttpProxies.NONE);
    assertThat(config.cloud().caBundle()).isEmpty();
    assertThat(config.cloud().connectTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(config.cloud().requestTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.clusterId()).isEqualTo("uk8s-abc");
    assertThat(config.createSettle()).isEqualTo(Duration.ofSeconds(75));
    assertThat(config.deletionRule()).isEqualTo(DeletionRule.KEEP_WITH_SNAPSHOTS);
    assertThat(config.extraLabels().isEmpty()).isTrue();
    assertThat(config.credentials().current().publicKey()).isEqualTo("public-key");
    assertThat(config.cluster())
        .contains(
            new ClusterConfig(
                Optional.empty(),
                "udisk-csi-0",
                new LeaseTimings(
                    Duration.ofSeconds(12), Duration.ofSeconds(8), Duration.ofSeconds(2)),
                true,
                false));
  }

  @Test
  void everyFlagSetOtherwise(@TempDir Path secret) throws Exception {
    java.nio.file.Files.writeString(secret.resolve("public-key"), "from-file");
    java.nio.file.Files.writeString(secret.resolve("private-key"), "from-file-too");
    ControllerConfig config =
        ready(
                KEYS,
                "--csi-endpoint=unix:///csi/csi.sock",
                "--ucloud-api-endpoint=https://api.ucloud.cn",
                "--ucloud-region-id=hk",
                "--ucloud-project-id=org-1",
                "--ucloud-uk8s-cluster-id=uk8s-other",
                "--credentials-dir=" + secret,
                "--api-timeout=7s",
                "--create-settle=2m",
                "--delete-volumes-with-snapshots=true",
                "--extra-labels=cluster=one,claim=${pvc.name}",
                "--http-proxy=http://10.9.0.7:3128",
                "--https-proxy=10.9.0.8:3129",
                "--no-proxy=.cluster.local, 10.0.0.0/8",
                "--kubeconfig=/etc/kube.conf",
                "--lease-duration=30s",
                "--lease-renew-deadline=15s",
                "--lease-retry-period=1s",
                "--replace-unusable-disks=false",
                "--recover-stopped-hosts=true")
            .config();
    assertThat(config.cloud().endpoint()).isEqualTo(URI.create("https://api.ucloud.cn"));
    assertThat(config.cloud().region()).isEqualTo("hk");
    assertThat(config.cloud().projectId()).isEqualTo(Optional.of("org-1"));
    assertThat(config.cloud().requestTimeout()).isEqualTo(Duration.ofSeconds(7));
    assertThat(config.cloud().proxies())
        .isEqualTo(
            new HttpProxies(
                Optional.of(new HostPort("10.9.0.7", 3128)),
                Optional.of(new HostPort("10.9.0.8", 3129)),
                List.of(".cluster.local", "10.0.0.0/8")));
    assertThat(config.clusterId()).isEqualTo("uk8s-other");
    assertThat(config.createSettle()).isEqualTo(Duration.ofMinutes(2));
    assertThat(config.deletionRule()).isEqualTo(DeletionRule.DELETE_WITH_SNAPSHOTS);
    assertThat(config.extraLabels().pairs())
        .isEqualTo(Map.of("cluster", "one", "claim", "${pvc.name}"));
    assertThat(config.credentials().current().publicKey()).isEqualTo("from-file");
    assertThat(config.cluster())
        .contains(
            new ClusterConfig(
                Optional.of(Path.of("/etc/kube.conf")),
                "udisk-csi-0",
                new LeaseTimings(
                    Duration.ofSeconds(30), Duration.ofSeconds(15), Duration.ofSeconds(1)),
                false,
                true));
  }

  @Test
  void withoutAnElectionThereIsNoCluster() {
    assertThat(parseNeeded("--leader-election=false")).isInstanceOf(Parsed.Ready.class);
    assertThat(((Parsed.Ready<ControllerConfig>) parseNeeded("--leader-election=false")).config())
        .extracting(ControllerConfig::cluster)
        .isEqualTo(Optional.empty());
    assertThat(problemsOf("--leader-election=false", "--kubeconfig=/x"))
        .singleElement()
        .asString()
        .contains("exclude each other");
    assertThat(problemsOf("--leader-election=false", "--recover-stopped-hosts=true"))
        .singleElement()
        .asString()
        .contains("exclude each other");
  }

  @Test
  void extraLabelsThatCannotBeMeantAreRefusedAtStartAndNeedACluster() {
    assertThat(problemsOf("--extra-labels=team=${pvc.lable.team}"))
        .singleElement()
        .asString()
        .startsWith("--extra-labels must not have ${pvc.lable.team} in the value of team");
    assertThat(problemsOf("--extra-labels=team=db", "--leader-election=false"))
        .singleElement()
        .asString()
        .contains("exclude each other");
  }

  @Test
  void leaseTermsThatCouldLetTwoActOrOneNeverAreRefused() {
    assertThat(problemsOf("--lease-renew-deadline=9s"))
        .singleElement()
        .asString()
        .contains("a third of the duration");
    assertThat(problemsOf("--lease-duration=12500ms"))
        .singleElement()
        .asString()
        .contains("whole seconds");
    assertThat(problemsOf("--lease-retry-period=3s"))
        .singleElement()
        .asString()
        .contains("three tries");
    assertThat(problemsOf("--lease-retry-period=0s"))
        .singleElement()
        .asString()
        .contains("three tries");
  }

  @Test
  void theConfigMapOfTheClusterIsEnough() {
    Map<String, String> environment = new HashMap<>(KEYS);
    environment.put("CSI_ENDPOINT", "unix://csi/csi.sock");
    environment.put("UCLOUD_REGION_ID", "cn-bj2");
    environment.put("UCLOUD_PROJECT_ID", "org-1");
    environment.put("UCLOUD_API_ENDPOINT", "http://api.service.ucloud.cn");
    environment.put("UCLOUD_UK8S_CLUSTER_ID", "uk8s-abc");
    environment.put("UCLOUD_VPC_ID", "uvnet-1");
    assertThat(ready(environment).config().cloud().projectId()).contains("org-1");
  }

  @Test
  void aRegionOrKeyThatNobodyMeantIsRefusedAtStart() {
    for (String region : List.of("\"cn-bj2\"", "cn-bj2\ncn-sh2", "cn bj2", "CN-BJ2", "")) {
      Map<String, String> environment = new HashMap<>(KEYS);
      environment.put("UCLOUD_REGION_ID", region);
      assertThat(problems(environment, "--csi-endpoint=/a", "--ucloud-uk8s-cluster-id=uk8s-abc"))
          .singleElement()
          .asString()
          .startsWith("--ucloud-region-id (UCLOUD_REGION_ID) ");
    }
    Map<String, String> environment = new HashMap<>(KEYS);
    environment.put("UCLOUD_API_PRIKEY", "'very-private-key'");
    assertThat(problems(environment, NEEDED))
        .containsExactly("UCLOUD_API_PRIKEY begins or ends with a quotation mark");
  }

  @Test
  void theVariablesOfAProxyAreReadInBothSpellings() {
    Map<String, String> environment = new HashMap<>(KEYS);
    environment.put("HTTP_PROXY", "");
    environment.put("https_proxy", "http://10.9.0.7:3128/");
    environment.put("NO_PROXY", "localhost");
    assertThat(ready(environment, NEEDED).config().cloud().proxies())
        .isEqualTo(
            new HttpProxies(
                Optional.empty(),
                Optional.of(new HostPort("10.9.0.7", 3128)),
                List.of("localhost")));
  }

  @Test
  void aProxyThatCannotBeUsedIsRefusedWithoutRepeatingItsPassword() {
    for (String proxy : List.of("http://me:secret@p:3128", "socks5://p:1080", "https://p:443")) {
      assertThat(problemsOf("--https-proxy=" + proxy))
          .singleElement()
          .asString()
          .startsWith("--https-proxy (HTTPS_PROXY, https_proxy) is wrong: the address of the proxy")
          .doesNotContain("secret");
    }
  }

  @Test
  void aBundleOfCertificatesThatCannotBeReadIsRefusedAtStart() {
    assertThat(problemsOf("--ucloud-ca-bundle=/nowhere/ca.crt"))
        .containsExactly(
            "--ucloud-ca-bundle (UCLOUD_CA_BUNDLE) is wrong: the file /nowhere/ca.crt does not exist");
  }

  @Test
  void allProblemsAreReportedAtOnce() {
    assertThat(
            problems(
                Map.of(),
                "--ucloud-api-endpoint=ftp://x",
                "--ucloud-uk8s-cluster-id=a b",
                "--metadata-url=metadata"))
        .anyMatch(problem -> problem.contains("--csi-endpoint (CSI_ENDPOINT) is missing"))
        .anyMatch(problem -> problem.contains("--ucloud-region-id (UCLOUD_REGION_ID) is missing"))
        .anyMatch(problem -> problem.contains("--ucloud-api-endpoint"))
        .anyMatch(problem -> problem.contains("--ucloud-uk8s-cluster-id"))
        .anyMatch(problem -> problem.contains("--metadata-url"))
        .hasSize(5);
  }

  @Test
  void anEndpointWithoutSchemeIsAProblemAndNoCrash() {
    assertThat(
            problems(
                KEYS,
                "--csi-endpoint=unix:///csi/csi.sock",
                "--ucloud-region-id=cn-bj2",
                "--ucloud-uk8s-cluster-id=uk8s-abc",
                "--ucloud-api-endpoint=api.ucloud.cn"))
        .singleElement()
        .asString()
        .contains("must be a URL");
  }

  @Test
  void theKeysAreNeverPrinted() {
    Parsed.Ready<ControllerConfig> ready = ready(KEYS, NEEDED);
    assertThat(ready.toString() + ready.effective())
        .doesNotContain("public-key")
        .doesNotContain("very-private-key");
  }

  private static Parsed.Ready<ControllerConfig> ready(
      Map<String, String> environment, String... args) {
    Parsed<ControllerConfig> parsed = parse(environment, args);
    assertThat(parsed).isInstanceOf(Parsed.Ready.class);
    return (Parsed.Ready<ControllerConfig>) parsed;
  }

  private static List<String> problems(Map<String, String> environment, String... args) {
    Parsed<ControllerConfig> parsed = parse(environment, args);
    assertThat(parsed).isInstanceOf(Parsed.Refused.class);
    return ((Parsed.Refused<ControllerConfig>) parsed).problems();
  }

  private static List<String> problemsOf(String... more) {
    return ((Parsed.Refused<ControllerConfig>) parseNeeded(more)).problems();
  }

  private static Parsed<ControllerConfig> parseNeeded(String... more) {
    return parse(KEYS, Stream.concat(Stream.of(NEEDED), Stream.of(more)).toArray(String[]::new));
  }

  private static Parsed<ControllerConfig> parse(Map<String, String> environment, String... args) {
    return new FlagParser("controller", "1", environment)
        .parse(new ControllerOptions(environment), args);
  }
}
