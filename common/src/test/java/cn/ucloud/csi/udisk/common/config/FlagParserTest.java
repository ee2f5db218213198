package cn.ucloud.csi.udisk.common.config;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.common.grpc.socket.CsiEndpoint;
import cn.ucloud.csi.udisk.common.log.LogFormat;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.event.Level;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

class FlagParserTest {
  private static final String SOCKET = "--csi-endpoint=unix:///csi/csi.sock";

  /** What a process's own options look like. */
  private static final class SampleOptions implements Options<Sample> {
    @Mixin private final CommonOptions common = new CommonOptions();

    @Option(names = "--settle", defaultValue = "75s", description = "Default: ${DEFAULT-VALUE}.")
    private Duration settle;

    @Option(names = "--limit", defaultValue = "10m")
    private Duration limit;

    @Option(names = "--leader-election", defaultValue = "true", arity = "1")
    private boolean leaderElection;

    @Option(names = "--token", description = "Default: ${DEFAULT-VALUE}.")
    private Optional<Secret> token;

    @Option(names = "--node-id")
    private Optional<String> nodeId;

    @Override
    public List<Rule> rules() {
      return List.of(
          Rule.on("--settle", "must not be 0s", () -> !settle.isZero()),
          Rule.on(
              "--settle", "--limit", "must be in this order", () -> settle.compareTo(limit) < 0));
    }

    @Override
    public Map<String, List<String>> aliases() {
      return Map.of("--node-id", List.of("KUBE_NODE"));
    }

    @Override
    public Sample toConfig() {
      return new Sample(common.toConfig(), settle, limit, leaderElection, token, nodeId);
    }
  }

  private record Sample(
      CommonConfig common,
      Duration settle,
      Duration limit,
      boolean leaderElection,
      Optional<Secret> token,
      Optional<String> nodeId) {}

  @Test
  void everythingHasADefaultButTheSocket() {
    assertThat(ready(Map.of(), SOCKET).config())
        .isEqualTo(
            new Sample(
                new CommonConfig(
                    new CsiEndpoint(Path.of("/csi/csi.sock")),
                    new HttpListen(Optional.of(new HostPort("", 9809))),
                    Optional.empty(),
                    LogFormat.TEXT,
                    Level.INFO),
                Duration.ofSeconds(75),
                Duration.ofMinutes(10),
                true,
                Optional.empty(),
                Optional.empty()));
  }

  private static final Sample ALL_DIFFERENT =
      new Sample(
          new CommonConfig(
              new CsiEndpoint(Path.of("/run/other.sock")),
              new HttpListen(Optional.empty()),
              Optional.of(Path.of("/health")),
              LogFormat.JSON,
              Level.DEBUG),
          Duration.ofMillis(500),
          Duration.ofHours(1),
          false,
          Optional.of(Secret.of("s3cret")),
          Optional.of("node-name"));

  @Test
  void everyFlagArrives() {
    assertThat(
            ready(
                    Map.of(),
                    "--csi-endpoint=/run/other.sock",
                    "--http-listen=off",
                    "--health-dir=/health",
                    "--log-format=json",
                    "--log-level=debug",
                    "--settle",
                    "500ms",
                    "--limit=1h",
                    "--leader-election=false",
                    "--token=s3cret",
                    "--node-id=node-name")
                .config())
        .isEqualTo(ALL_DIFFERENT);
  }

  @Test
  void everyVariableArrives() {
    Map<String, String> environment =
        Map.ofEntries(
            Map.entry("CSI_ENDPOINT", "/run/other.sock"),
            Map.entry("HTTP_LISTEN", "off"),
            Map.entry("HEALTH_DIR", "/health"),
            Map.entry("LOG_FORMAT", "json"),
            Map.entry("LOG_LEVEL", "debug"),
            Map.entry("SETTLE", "500ms"),
            Map.entry("LIMIT", "1h"),
            Map.entry("LEADER_ELECTION", "false"),
            Map.entry("TOKEN", "s3cret"),
            Map.entry("NODE_ID", "node-name"));
    assertThat(ready(environment).config()).isEqualTo(ALL_DIFFERENT);
  }

  @Test
  void aFlagWinsOverItsVariableEvenWhenThatIsWrong() {
    assertThat(ready(Map.of("SETTLE", "soon"), SOCKET, "--settle=5s").config().settle())
        .isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void anAliasIsAskedAfterTheVariable() {
    assertThat(ready(Map.of("KUBE_NODE", "a"), SOCKET).config().nodeId()).contains("a");
    assertThat(ready(Map.of("KUBE_NODE", "a", "NODE_ID", "b"), SOCKET).config().nodeId())
        .contains("b");
  }

  @Test
  void allProblemsAreSaidAtOnce() {
    assertThat(
            refused(
                Map.of("SETTLE", "75", "LOG_LEVEL", "loud", "LIMIT", ""),
                "--http-listen=nowhere",
                "--leader-election=perhaps",
                "--nod-id=x",
                "stray"))
        .anySatisfy(p -> assertThat(p).startsWith("--csi-endpoint (CSI_ENDPOINT) is missing"))
        .anySatisfy(p -> assertThat(p).startsWith("--settle (SETTLE) is wrong: \"75\""))
        .anySatisfy(p -> assertThat(p).startsWith("--log-level (LOG_LEVEL) is wrong: "))
        .anySatisfy(p -> assertThat(p).startsWith("--limit (LIMIT) is wrong: \"\""))
        .anySatisfy(p -> assertThat(p).startsWith("--http-listen (HTTP_LISTEN) is wrong: "))
        .anySatisfy(p -> assertThat(p).startsWith("--leader-election (LEADER_ELECTION) is wrong: "))
        .anySatisfy(p -> assertThat(p).isEqualTo("--nod-id is not a flag of sample"))
        .anySatisfy(p -> assertThat(p).isEqualTo("argument 4 does not belong to any flag"))
        .hasSize(8);
  }

  @Test
  void rulesAreCheckedTogetherWithTheForm() {
    assertThat(refused(Map.of(), SOCKET, "--settle=0s", "--limit=0s", "--log-level=loud"))
        .contains(
            "--settle (SETTLE) must not be 0s",
            "--settle (SETTLE) and --limit (LIMIT) must be in this order")
        .hasSize(3);
  }

  @Test
  void aRuleIsSilentWhenItsFlagCouldNotBeRead() {
    assertThat(refused(Map.of(), SOCKET, "--settle=x")).hasSize(1);
  }

  @Test
  void aFlagNeedsItsValueAndComesOnce() {
    assertThat(refused(Map.of(), SOCKET, "--node-id"))
        .containsExactly("--node-id (NODE_ID, KUBE_NODE) needs a value");
    assertThat(refused(Map.of(), SOCKET, SOCKET))
        .containsExactly("--csi-endpoint (CSI_ENDPOINT) is given more than once");
  }

  @Test
  void filesAreNotReadForFlags() {
    assertThat(refused(Map.of(), SOCKET, "@/etc/hostname"))
        .containsExactly("argument 2 does not belong to any flag");
  }

  @Test
  void nothingTypedAfterAnUnknownFlagIsRepeated() {
    assertThat(refused(Map.of(), SOCKET, "--private-key", "s3cret", "--public-key=s3cret"))
        .hasSize(3)
        .noneSatisfy(problem -> assertThat(problem).contains("s3cret"));
  }

  @Test
  void theEffectiveConfigNamesSourcesAndMasksSecrets() {
    assertThat(ready(Map.of("LIMIT", "120s", "TOKEN", "s3cret"), SOCKET).effective())
        .contains(
            "--csi-endpoint=unix:///csi/csi.sock (flag)",
            "--limit=2m (LIMIT)",
            "--settle=75s (default)",
            "--token=*** (TOKEN)",
            "--node-id= (not set)",
            "--http-listen=:9809 (default)")
        .noneSatisfy(line -> assertThat(line).contains("s3cret"))
        .hasSize(10);
  }

  @Test
  void helpShowsDefaultsButNotTheEnvironment() {
    assertThat(told(Map.of("TOKEN", "s3cret", "SETTLE", "1s"), "--help"))
        .contains("--csi-endpoint", "Default: 75s", "CSI_ENDPOINT")
        .doesNotContain("s3cret");
  }

  @Test
  void theVersionIsToldOnlyWhenAskedForByFlag() {
    assertThat(told(Map.of(), "--version")).isEqualToIgnoringNewLines("sample 1.2.3");
    assertThat(ready(Map.of("VERSION", "true", "HELP", "true"), SOCKET).config()).isNotNull();
  }

  private static Parsed<Sample> parsed(Map<String, String> environment, String... args) {
    return parser(environment).parse(new SampleOptions(), args);
  }

  private static FlagParser parser(Map<String, String> environment) {
    return new FlagParser("sample", "1.2.3", environment);
  }

  private static Parsed.Ready<Sample> ready(Map<String, String> environment, String... args) {
    Parsed<Sample> parsed = parser(environment).parse(new SampleOptions(), args);
    assertThat(parsed).isInstanceOf(Parsed.Ready.class);
    return (Parsed.Ready<Sample>) parsed;
  }

  private static List<String> refused(Map<String, String> environment, String... args) {
    Parsed<Sample> parsed = parser(environment).parse(new SampleOptions(), args);
    assertThat(parsed).isInstanceOf(Parsed.Refused.class);
    return ((Parsed.Refused<Sample>) parsed).problems();
  }

  private static String told(Map<String, String> environment, String... args) {
    Parsed<Sample> parsed = parser(environment).parse(new SampleOptions(), args);
    assertThat(parsed).isInstanceOf(Parsed.Told.class);
    return ((Parsed.Told<Sample>) parsed).text();
  }

  /** As a block of YAML, a file or a doubly quoted template leaves them. */
  @Test
  void blanksAndLineBreaksAroundAValueAreNotPartOfIt() {
    assertThat(ready(Map.of("NODE_ID", " uhost-a\n"), SOCKET).config().nodeId())
        .hasValue("uhost-a");
    assertThat(ready(Map.of(), SOCKET, "--node-id=uhost-a\n").config().nodeId())
        .hasValue("uhost-a");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "'uhost-a' | begins or ends with a quotation mark",
        "\"uhost-a\" | begins or ends with a quotation mark",
        "\uFEFFuhost-a | begins with a byte order mark (U+FEFF)",
        "uhost\u00A0a | contains a no-break space (U+00A0)",
      })
  void whatNobodyMeantIsRefusedWhereverItIsFrom(String value, String problem) {
    String sentence = "--node-id (NODE_ID, KUBE_NODE) " + problem;
    assertThat(parsed(Map.of("NODE_ID", value), SOCKET))
        .isEqualTo(new Parsed.Refused<Sample>(List.of(sentence)));
    assertThat(parsed(Map.of(), SOCKET, "--node-id=" + value))
        .isEqualTo(new Parsed.Refused<Sample>(List.of(sentence)));
    assertThat(parsed(Map.of(), SOCKET, "--node-id", value))
        .isEqualTo(new Parsed.Refused<Sample>(List.of(sentence)));
  }

  @Test
  void aLineBreakInAValueIsRefusedOnceAndNothingElseIsSaidOfIt() {
    assertThat(parsed(Map.of("SETTLE", "75s\nLIMIT=1"), SOCKET))
        .isEqualTo(new Parsed.Refused<Sample>(List.of("--settle (SETTLE) contains a line break")));
  }
}
