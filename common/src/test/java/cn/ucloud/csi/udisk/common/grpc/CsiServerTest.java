package cn.ucloud.csi.udisk.common.grpc;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.common.error.CannotStart;
import cn.ucloud.csi.udisk.common.grpc.socket.CsiEndpoint;
import cn.ucloud.csi.udisk.common.metrics.Metrics;
import cn.ucloud.csi.udisk.testing.Patience;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsiServerTest {
  @TempDir private Path directory;

  @Test
  void answersOnItsSocket() {
    try (CsiServer _ = start(() -> "udisk");
        TestClient client = new TestClient(socket())) {
      assertThat(client.pluginName()).isEqualTo("udisk");
    }
  }

  @Test
  void onlyTheOwnerMayConnectAndTheFileIsGoneAfterwards() throws IOException {
    try (CsiServer _ = start(() -> "udisk")) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket())))
          .isEqualTo("rw-------");
      assertThat(directory).isDirectoryContaining(file -> file.equals(socket()));
    }
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void theSocketOfADeadProcessIsReplaced() throws IOException {
    ServerSocketChannel dead = listen();
    dead.close();
    assertThat(socket()).exists();

    try (CsiServer _ = start(() -> "udisk");
        TestClient client = new TestClient(socket())) {
      assertThat(client.pluginName()).isEqualTo("udisk");
    }
  }

  @Test
  void aLiveServerIsNotDisturbed() {
    try (CsiServer _ = start(() -> "first")) {
      assertThatThrownBy(() -> start(() -> "second"))
          .isInstanceOf(CannotStart.class)
          .hasMessageContaining("another process is listening");
      try (TestClient client = new TestClient(socket())) {
        assertThat(client.pluginName()).isEqualTo("first");
      }
    }
  }

  @Test
  void aLiveListenerThatAcceptsNothingIsNotDisturbedEither() throws IOException {
    List<SocketChannel> waiting = new ArrayList<>();
    try (ServerSocketChannel stuck = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      stuck.bind(UnixDomainSocketAddress.of(socket()), 1);
      for (int i = 0; i < 5; i++) {
        SocketChannel peer = SocketChannel.open(StandardProtocolFamily.UNIX);
        waiting.add(peer);
        peer.configureBlocking(false);
        fillBacklog(peer);
      }
      assertThatThrownBy(() -> start(() -> "second")).isInstanceOf(CannotStart.class);
      assertThat(socket()).exists();
    } finally {
      for (SocketChannel peer : waiting) {
        peer.close();
      }
    }
  }

  @Test
  void aFileThatIsNoSocketIsKept() throws IOException {
    Files.writeString(socket(), "precious");
    assertThatThrownBy(() -> start(() -> "udisk"))
        .isInstanceOf(CannotStart.class)
        .hasMessageContaining("no socket");
    assertThat(socket()).hasContent("precious");
  }

  @Test
  void aLinkIsKeptToo() throws IOException {
    Files.createSymbolicLink(socket(), directory.resolve("elsewhere"));
    assertThatThrownBy(() -> start(() -> "udisk")).isInstanceOf(CannotStart.class);
    assertThat(socket()).isSymbolicLink();
  }

  @Test
  void aMissingDirectoryIsNamed() {
    CsiEndpoint endpoint = new CsiEndpoint(directory.resolve("absent/csi.sock"));
    assertThatThrownBy(() -> start(endpoint, Duration.ofSeconds(1), () -> "udisk"))
        .isInstanceOf(CannotStart.class)
        .hasMessageContaining("no directory")
        .hasMessageContaining("absent");
  }

  @Test
  void theSocketOfASuccessorIsKept() throws IOException {
    CsiServer first = start(() -> "first");
    Files.delete(socket());
    try (CsiServer _ = start(() -> "second")) {
      first.close();
      try (TestClient client = new TestClient(socket())) {
        assertThat(client.pluginName()).isEqualTo("second");
      }
    }
  }

  @Test
  void aRunningCallFinishesWhenTheServerStops() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    CsiServer server = start(() -> waitThenSay(entered, leave, "late"));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        TestClient client = new TestClient(socket())) {
      Future<String> answer = threads.submit(client::pluginName);
      assertThat(entered.await(Patience.SECONDS, SECONDS)).isTrue();
      Future<?> stopped = threads.submit(server::close);
      await().until(() -> refusesConnections(socket()));

      leave.countDown();
      assertThat(answer.get(Patience.SECONDS, SECONDS)).isEqualTo("late");
      stopped.get(Patience.SECONDS, SECONDS);
    }
    assertThat(socket()).doesNotExist();
  }

  @Test
  void aCallThatOutlastsTheGracePeriodIsCancelled() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    CsiServer server =
        start(endpoint(), Duration.ofMillis(50), () -> waitThenSay(entered, never, "never"));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        TestClient client = new TestClient(socket())) {
      Future<String> answer = threads.submit(client::pluginName);
      assertThat(entered.await(Patience.SECONDS, SECONDS)).isTrue();
      server.close();
      assertThatThrownBy(() -> answer.get(Patience.SECONDS, SECONDS))
          .hasCauseInstanceOf(StatusRuntimeException.class);
      never.countDown();
    }
  }

  @Test
  void oneHundredCallsRunAtTheSameTime() throws Exception {
    CountDownLatch all = new CountDownLatch(100);
    try (CsiServer _ =
            start(() -> {
              all.countDown();
              return waitThenSay(new CountDownLatch(1), all, "together");
            });
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        TestClient one = new TestClient(socket());
        TestClient two = new TestClient(socket())) {
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        answers.add(threads.submit(i % 2 == 0 ? one::pluginName : two::pluginName));
      }
      for (Future<String> answer : answers) {
        assertThat(answer.get(Patience.SECONDS, SECONDS)).isEqualTo("together");
      }
    }
  }

  @Test
  void aNewConnectionForEachCallWorksAsTheKubeletDoesIt() {
    try (CsiServer _ = start(() -> "udisk")) {
      for (int i = 0; i < 200; i++) {
        try (TestClient client = new TestClient(socket())) {
          assertThat(client.pluginName()).isEqualTo("udisk");
        }
      }
    }
  }

  @Test
  void aPeerThatSaysNothingDisturbsNobodyAndDoesNotHoldUpTheStop() throws IOException {
    CsiServer server = start(() -> "udisk");
    try (SocketChannel silent = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
      try (TestClient client = new TestClient(socket())) {
        assertThat(client.pluginName()).isEqualTo("udisk");
      }
      server.close();
      assertThat(readsToTheEnd(silent)).isTrue();
    }
  }

  @Test
  void aPeerThatTalksNonsenseIsCutOff() throws IOException {
    try (CsiServer _ = start(() -> "udisk");
        SocketChannel peer = SocketChannel.open(UnixDomainSocketAddress.of(socket()));
        TestClient client = new TestClient(socket())) {
      peer.write(ByteBuffer.wrap("GET / HTTP/1.1\r\nHost: csi\r\n\r\n".getBytes(US_ASCII)));
      assertThat(readsToTheEnd(peer)).isTrue();
      assertThat(client.pluginName()).isEqualTo("udisk");
    }
  }

  @Test
  void closingTwiceIsAllowed() {
    CsiServer server = start(() -> "udisk");
    server.close();
    server.close();
    assertThat(socket()).doesNotExist();
  }

  private Path socket() {
    return directory.resolve("csi.sock");
  }

  private CsiEndpoint endpoint() {
    return new CsiEndpoint(socket());
  }

  private CsiServer start(Supplier<String> script) {
    return start(endpoint(), Duration.ofSeconds(5), script);
  }

  private static CsiServer start(CsiEndpoint endpoint, Duration grace, Supplier<String> script) {
    return CsiServer.start(endpoint, new Metrics(), grace, List.of(new ScriptedIdentity(script)));
  }

  private ServerSocketChannel listen() throws IOException {
    return ServerSocketChannel.open(StandardProtocolFamily.UNIX)
        .bind(UnixDomainSocketAddress.of(socket()));
  }

  private void fillBacklog(SocketChannel peer) {
    try {
      peer.connect(UnixDomainSocketAddress.of(socket()));
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("unavailable");
    }
  }

  private static String waitThenSay(CountDownLatch entered, CountDownLatch leave, String answer) {
    entered.countDown();
    try {
      return leave.await(Patience.SECONDS, SECONDS) ? answer : "too late";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "interrupted";
    }
  }

  private static boolean refusesConnections(Path socket) {
    try (SocketChannel _ = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private static boolean readsToTheEnd(SocketChannel peer) throws IOException {
    InputStream input = Channels.newInputStream(peer);
    input.readAllBytes();
    return input.read() < 0;
  }
}
