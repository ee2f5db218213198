package cn.ucloud.csi.udisk.common.grpc;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.DURATION;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import cn.ucloud.csi.udisk.common.error.DriverException.AttachedElsewhere;
import cn.ucloud.csi.udisk.common.grpc.socket.CsiEndpoint;
import cn.ucloud.csi.udisk.common.metrics.Metrics;
import cn.ucloud.csi.udisk.testing.Patience;
import csi.v1.NodeGetCapabilitiesRequest;
import csi.v1.NodeGetCapabilitiesResponse;
import csi.v1.NodeGetInfoRequest;
import csi.v1.NodeGrpc.NodeImplBase;
import csi.v1.NodeStageVolumeRequest;
import csi.v1.NodeStageVolumeResponse;
import io.grpc.Context;
import io.grpc.Context.CancellableContext;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

class CallLogTest {
  private static final NodeStageVolumeRequest REQUEST =
      NodeStageVolumeRequest.newBuilder()
          .setVolumeId("bsm-1\nforged line")
          .putSecrets("password", "s3cret")
          .build();

  private static final Logger LOG = (Logger) LoggerFactory.getLogger("csi");

  /** Keeps each line with the call id it was written under. */
  private static final class Lines extends AppenderBase<ILoggingEvent> {
    private final List<String> lines = new CopyOnWriteArrayList<>();

    @Override
    protected void append(ILoggingEvent event) {
      String call = event.getMDCPropertyMap().getOrDefault(CallLogInterceptor.CALL_ID, "none");
      lines.add(event.getLevel() + " " + call + " " + event.getFormattedMessage());
    }
  }

  /** A Node service whose NodeStageVolume does what a test tells it. */
  private static final class ScriptedNode extends NodeImplBase {
    private final AtomicReference<Runnable> stage = new AtomicReference<>(() -> {});

    @Override
    public void nodeStageVolume(
        NodeStageVolumeRequest request, StreamObserver<NodeStageVolumeResponse> observer) {
      Unary.answer(
          observer,
          () -> {
            stage.get().run();
            return NodeStageVolumeResponse.getDefaultInstance();
          });
    }

    @Override
    public void nodeGetCapabilities(
        NodeGetCapabilitiesRequest request, StreamObserver<NodeGetCapabilitiesResponse> observer) {
      Unary.answer(observer, NodeGetCapabilitiesResponse::getDefaultInstance);
    }
  }

  private final Metrics metrics = new Metrics();
  private final Lines log = new Lines();
  private final ScriptedNode node = new ScriptedNode();
  @TempDir private Path directory;
  private CsiServer server;
  private TestClient client;

  @BeforeEach
  void serve() {
    log.start();
    LOG.addAppender(log);
    LOG.setAdditive(false);
    LOG.setLevel(Level.INFO);
    Path socket = directory.resolve("csi.sock");
    server =
        CsiServer.start(new CsiEndpoint(socket), metrics, Duration.ofSeconds(5), List.of(node));
    client = new TestClient(socket);
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
    LOG.detachAppender(log);
    LOG.setAdditive(true);
    LOG.setLevel(null);
  }

  @Test
  void aCallIsOneLineWithItsIdAndItsMeasurement() {
    AtomicReference<@Nullable String> idInside = new AtomicReference<>();
    node.stage.set(() -> idInside.set(MDC.get(CallLogInterceptor.CALL_ID)));
    client.node().nodeStageVolume(REQUEST);

    assertThat(lines()).hasSize(1);
    assertThat(lines().getFirst())
        .matches("INFO [0-9a-f]{8} NodeStageVolume volume=bsm-1 forged line OK \\d+ ms")
        .contains(String.valueOf(idInside.get()));
    assertThat(measured("NodeStageVolume", "OK")).isEqualTo(1);
  }

  @Test
  void aFailureIsOneLineWithItsReason() {
    node.stage.set(() -> {
      throw new AttachedElsewhere("bsm-1", "uhost-2");
    });
    assertThatThrownBy(() -> client.node().nodeStageVolume(REQUEST))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessage("FAILED_PRECONDITION: volume bsm-1 is attached to node uhost-2");
    assertThat(lines()).hasSize(1);
    assertThat(lines().getFirst())
        .startsWith("WARN ")
        .contains("FAILED_PRECONDITION")
        .endsWith("ms: volume bsm-1 is attached to node uhost-2");
    assertThat(measured("NodeStageVolume", "FAILED_PRECONDITION")).isEqualTo(1);
  }

  @Test
  void theRequestIsPrintedAtDebugWithoutItsSecrets() {
    LOG.setLevel(Level.DEBUG);
    client.node().nodeStageVolume(REQUEST);
    assertThat(lines()).hasSize(2).noneSatisfy(line -> assertThat(line).contains("s3cret"));
    assertThat(lines().getFirst()).contains("{volume_id: ", "secrets: ***stripped***");
  }

  @Test
  void whatIsAskedAllTheTimeIsNotWorthALine() {
    client.node().nodeGetCapabilities(NodeGetCapabilitiesRequest.getDefaultInstance());
    assertThat(log.lines).isEmpty();
    assertThat(measured("NodeGetCapabilities", "OK")).isEqualTo(1);
  }

  @Test
  void whatIsNotImplementedIsToldToo() {
    assertThatThrownBy(() -> client.node().nodeGetInfo(NodeGetInfoRequest.getDefaultInstance()))
        .isInstanceOf(StatusRuntimeException.class);
    assertThat(lines().getFirst()).contains("NodeGetInfo UNIMPLEMENTED");
  }

  @Test
  void aCallerThatGivesUpIsNoticedAndTheCallStillEndsInOneLine() throws Exception {
    CountDownLatch gone = new CountDownLatch(1);
    BlockingQueue<Optional<Duration>> timeLeft = new ArrayBlockingQueue<>(1);
    try (CancellableContext caller = Context.current().withCancellation()) {
      node.stage.set(() -> {
        timeLeft.add(CallDeadline.findTimeLeft());
        CallDeadline.whenCallerGone(gone::countDown);
        boolean _ = caller.cancel(null);
        waitFor(gone);
      });
      assertThatThrownBy(() ->
              caller.call(() ->
                  client
                      .node()
                      .withDeadlineAfter(Patience.SECONDS, SECONDS)
                      .nodeStageVolume(REQUEST)))
          .hasMessageContaining("CANCELLED");
    }

    assertThat(timeLeft.poll(Patience.SECONDS, SECONDS))
        .get()
        .asInstanceOf(DURATION)
        .isBetween(Duration.ofNanos(1), Patience.LIMIT);
    assertThat(gone.await(Patience.SECONDS, SECONDS)).isTrue();
    assertThat(lines()).hasSize(1);
    assertThat(lines().getFirst()).endsWith(" ms, caller gone");
  }

  @Test
  void aCallWithoutALimitHasNoTimeLeftToTell() throws Exception {
    BlockingQueue<Optional<Duration>> timeLeft = new ArrayBlockingQueue<>(1);
    node.stage.set(() -> timeLeft.add(CallDeadline.findTimeLeft()));
    client.node().nodeStageVolume(REQUEST);
    assertThat(timeLeft.poll(Patience.SECONDS, SECONDS)).isEmpty();
    assertThat(CallDeadline.findTimeLeft()).isEmpty();
  }

  /** The line is written before the answer leaves, but a caller that gave up does not wait. */
  private List<String> lines() {
    await().until(() -> !log.lines.isEmpty());
    return log.lines;
  }

  private long measured(String method, String code) {
    return metrics.registry().scrape().stream()
        .filter(metric -> metric.getMetadata().getName().equals("csi_operations_seconds"))
        .map(MetricSnapshot::getDataPoints)
        .flatMap(List::stream)
        .filter(point ->
            method.equals(point.getLabels().get("method"))
                && code.equals(point.getLabels().get("code")))
        .mapToLong(point -> ((HistogramDataPointSnapshot) point).getCount())
        .sum();
  }

  private static void waitFor(CountDownLatch latch) {
    try {
      assertThat(latch.await(Patience.SECONDS, SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
