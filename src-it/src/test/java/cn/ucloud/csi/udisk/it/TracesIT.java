package cn.ucloud.csi.udisk.it;

import static cn.ucloud.csi.udisk.it.ControllerCalls.untilCertain;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.simulator.fault.Call;
import csi.v1.ControllerGetVolumeRequest;
import csi.v1.NodeGetInfoRequest;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** What a collector is sent by real processes; and that nobody pays for it, or waits for it. */
class TracesIT {
  private static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String CALLER = "00f067aa0ba902b7";
  private static final Metadata HEADERS = new Metadata();

  static {
    HEADERS.put(
        Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER),
        "00-" + TRACE + "-" + CALLER + "-01");
  }

  @TempDir(cleanup = CleanupMode.NEVER)
  private Path directory;

  private Sandbox sandbox;

  @BeforeEach
  void start() {
    sandbox =
        new Sandbox(directory, Duration.ofMillis(100), Duration.ofMillis(20))
            .withVariable("OTEL_BSP_SCHEDULE_DELAY", "100");
  }

  @AfterEach
  void stop() {
    sandbox.close();
  }

  @Test
  void aVolumesCreationIsOneTreeBelowTheSpanOfItsCaller() {
    try (Collector collector = new Collector()) {
      sandbox.withVariable(ENDPOINT, collector.endpoint()).startController();
      String volume = untilCertain(() -> create("pvc-traced"));
      List<Call> requests = sandbox.simulator().calls().all();
      await() // also until the call itself has arrived, which ends last
          .until(() ->
              collector.spans().stream()
                  .anyMatch(span -> hex(span.getParentSpanId()).equals(CALLER)));
      await()
          .untilAsserted(() ->
              assertThat(collector.spans().stream().flatMap(span -> id(span).stream()))
                  .as("each request to the cloud is a span, found by what UCloud calls it")
                  .containsAll(requests.stream().map(Call::requestUuid).toList()));

      List<Span> spans =
          collector.spans().stream().filter(span -> hex(span.getTraceId()).equals(TRACE)).toList();
      assertThat(spans.stream().filter(span -> span.getKind() == SpanKind.SPAN_KIND_CLIENT))
          .as("no request is outside of its call's trace")
          .hasSize(requests.size());
      List<Span> calls =
          spans.stream().filter(span -> hex(span.getParentSpanId()).equals(CALLER)).toList();
      assertThat(calls)
          .isNotEmpty()
          .allSatisfy(call -> {
            assertThat(call.getName()).isEqualTo("csi.v1.Controller/CreateVolume");
            assertThat(call.getKind()).isEqualTo(SpanKind.SPAN_KIND_SERVER);
            assertThat(find(call, "csi.name")).contains("pvc-traced");
            assertThat(find(call, "csi.call")).isPresent();
          });
      Span order = only(spans, "CreateUDisk");
      assertThat(order.getKind()).isEqualTo(SpanKind.SPAN_KIND_CLIENT);
      assertThat(find(order, "ucloud.action")).contains("CreateUDisk");
      assertThat(find(order, "ucloud.ret_code")).contains("0");
      assertThat(wayUp(order, spans)).endsWith("create", "csi.v1.Controller/CreateVolume");
      assertThat(spans.stream().filter(span -> span.getName().equals("DescribeUDisk")))
          .as("looks while it is waited for are below that wait")
          .anySatisfy(look -> assertThat(wayUp(look, spans)).contains("wait"));
      assertThat(spans.stream().flatMap(span -> find(span, "udisk.wait.for").stream()))
          .anySatisfy(what -> assertThat(what).contains(volume));
      assertThat(collector.services()).containsExactly("udisk-csi-controller");
      assertThat(collector.bodies())
          .allSatisfy(body ->
              assertThat(body)
                  .doesNotContain("simulator-public-key", "simulator-private-key", "Signature")
                  .doesNotContainPattern("[0-9a-fA-F]{40}"));
    }
  }

  @Test
  void theNodesCallsAreTracedToo() {
    try (Collector collector = new Collector()) {
      Plugin node = node(Map.of(ENDPOINT, collector.endpoint()));
      var _ = info(node);
      await()
          .untilAsserted(() ->
              assertThat(collector.spans())
                  .anySatisfy(
                      span -> assertThat(span.getName()).isEqualTo("csi.v1.Node/NodeGetInfo")));
      assertThat(collector.services()).containsExactly("udisk-csi-node");
    }
  }

  @Test
  void whereNobodyAsksNothingOfItIsLoaded() {
    sandbox.startController();
    Plugin node = node(Map.of());
    var _ = untilCertain(() -> create("pvc-untraced"));
    var _ = info(node);
    for (long pid : List.of(sandbox.controller().pid(), node.process().pid())) {
      assertThat(jcmd(pid, "VM.class_hierarchy"))
          .contains("cn.ucloud.csi.udisk.common.trace.Span")
          .doesNotContain("io.opentelemetry")
          .doesNotContain("cn.ucloud.csi.udisk.tracing");
      assertThat(jcmd(pid, "VM.command_line")).contains("common").doesNotContain("opentelemetry");
      assertThat(jcmd(pid, "Thread.print")).doesNotContain("BatchSpanProcessor");
    }
  }

  @Test
  void aCollectorThatAnswersNothingKeepsNobodyWaiting() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      sandbox
          .withVariable(ENDPOINT, "http://127.0.0.1:" + silent.getLocalPort())
          .withVariable("OTEL_EXPORTER_OTLP_TIMEOUT", "3600000")
          .withVariable("OTEL_BSP_EXPORT_TIMEOUT", "3600000")
          .withVariable("OTEL_BSP_MAX_QUEUE_SIZE", "8")
          .withVariable("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "4")
          .startController();
      for (int i = 0; i < 50; i++) { // many times what the queue holds
        assertThatThrownBy(() -> get("bsm-absent")).hasMessageContaining("NOT_FOUND");
      }
      assertThat(jcmd(sandbox.controller().pid(), "Thread.print")).contains("BatchSpanProcessor");
      assertThat(sandbox.controller().terminate()).isEqualTo(143);
    }
  }

  @Test
  void aCollectorThatIsNotThereIsToldOnceAndEverythingWorks() {
    String nowhere = "http://127.0.0.1:" + FreePort.take();
    sandbox.withVariable(ENDPOINT, nowhere).startController();
    for (int i = 0; i < 3; i++) {
      String name = "pvc-" + i;
      var _ = untilCertain(() -> create(name));
    }
    await().until(() -> lines("traces do not reach " + nowhere) > 0);
    var _ = untilCertain(() -> create("pvc-last"));
    assertThat(sandbox.controller().terminate()).isEqualTo(143);
    assertThat(lines("traces do not reach")).isOne();
    assertThat(sandbox.controller().log()).doesNotContain("Exception", "io.opentelemetry");
  }

  @Test
  void variablesThatMakeNoSenseLeaveTracesOffAndTheDriverAtWork() {
    sandbox
        .withVariable(ENDPOINT, "http://127.0.0.1:1")
        .withVariable("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
        .startController();
    assertThat(untilCertain(() -> create("pvc-1"))).startsWith("bsm-");
    assertThat(lines("traces are off: ")).isOne();
  }

  private long lines(String text) {
    return sandbox.controller().log().lines().filter(line -> line.contains(text)).count();
  }

  private String create(String name) {
    return sandbox
        .calls()
        .call(stub ->
            stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(HEADERS))
                .createVolume(ControllerCalls.createRequest(name).build()))
        .getVolume()
        .getVolumeId();
  }

  private Object get(String volume) {
    return sandbox
        .calls()
        .call(stub ->
            stub.controllerGetVolume(
                ControllerGetVolumeRequest.newBuilder().setVolumeId(volume).build()));
  }

  private Plugin node(Map<String, String> variables) {
    return sandbox.startNode(List.of(), "node", "uhost-a", Map.of(), variables);
  }

  private static Object info(Plugin node) {
    return new NodeCalls(node.socket())
        .call(stub -> stub.nodeGetInfo(NodeGetInfoRequest.getDefaultInstance()));
  }

  private static Span only(List<Span> spans, String name) {
    List<Span> named = spans.stream().filter(span -> span.getName().equals(name)).toList();
    assertThat(named).hasSize(1);
    return named.getFirst();
  }

  /** The names of those above it, the nearest first. */
  private static List<String> wayUp(Span from, List<Span> spans) {
    return Stream.iterate(parent(from, spans), Optional::isPresent, it -> parent(it.get(), spans))
        .map(span -> span.get().getName())
        .toList();
  }

  private static Optional<Span> parent(Span span, List<Span> spans) {
    return spans.stream()
        .filter(other -> other.getSpanId().equals(span.getParentSpanId()))
        .findFirst();
  }

  private static Optional<String> id(Span span) {
    return find(span, "ucloud.request_id");
  }

  private static Optional<String> find(Span span, String attribute) {
    return Collector.find(span.getAttributesList(), attribute);
  }

  private static String hex(com.google.protobuf.ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }

  private static String jcmd(long pid, String command) {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    return Shell.run(jcmd, Long.toString(pid), command);
  }
}
