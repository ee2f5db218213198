package cn.ucloud.csi.udisk.common.ucloud;

import static cn.ucloud.csi.udisk.common.ucloud.FakeUCloudApi.KEYS;
import static cn.ucloud.csi.udisk.common.ucloud.FakeUCloudApi.REQUEST_ID;
import static cn.ucloud.csi.udisk.common.ucloud.FakeUCloudApi.andClose;
import static cn.ucloud.csi.udisk.common.ucloud.FakeUCloudApi.json;
import static cn.ucloud.csi.udisk.common.ucloud.FakeUCloudApi.refusal;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import cn.ucloud.csi.udisk.common.config.Secret;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.UCloudException.ApiRefused;
import cn.ucloud.csi.udisk.common.ucloud.UCloudException.NoAnswer;
import cn.ucloud.csi.udisk.common.ucloud.UCloudException.NotSent;
import cn.ucloud.csi.udisk.common.ucloud.credentials.Credentials;
import cn.ucloud.csi.udisk.common.ucloud.credentials.CredentialsSource;
import cn.ucloud.csi.udisk.common.ucloud.udisk.CreateUDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DescribeUDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskTerms;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskType;
import cn.ucloud.csi.udisk.testing.Patience;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class UCloudClientTest {
  private static final CreateUDisk MUTATION =
      new CreateUDisk(
          "cn-bj2-05",
          DiskSize.ofGib(20),
          "pvc-1_uk8s-a",
          DiskType.SSD,
          DiskTerms.PLAIN,
          Optional.empty(),
          Optional.empty());
  private static final DescribeUDisk READ = DescribeUDisk.byId("bsm-1");
  private static final String CREATED = "{\"RetCode\":0,\"UDiskId\":[\"bsm-1\"]}";
  private static final String NO_DISKS = "{\"RetCode\":0,\"TotalCount\":0,\"DataSet\":[]}";
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(500);

  private final List<String> outcomes = new CopyOnWriteArrayList<>();
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger logger =
      (Logger) LoggerFactory.getLogger(UCloudClient.class.getPackageName());
  private FakeUCloudApi api;

  UCloudClientTest() throws IOException {
    api = new FakeUCloudApi();
  }

  @BeforeEach
  void listen() {
    logger.setLevel(Level.TRACE);
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void noSecretWasLogged() throws IOException {
    logger.detachAppender(log);
    logger.setLevel(null);
    api.close();
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .noneMatch(this::isIndiscreet);
  }

  // What becomes of an answer that is lost.

  /** Each way of losing the answer of an action that the cloud may well have done. */
  enum Loss {
    CLOSED(false),
    RESET(false),
    CUT_OFF(false),
    SILENCE(false),
    TRICKLE(false),
    FLOOD(false),
    HTTP_429(true),
    HTTP_500(true),
    HTTP_502(true),
    HTTP_503(true),
    HTTP_504(true),
    REDIRECT(true),
    GARBAGE(true),
    EMPTY(true),
    NULL(true),
    LIST(true),
    NO_RET_CODE(true),
    WORD_AS_RET_CODE(true),
    FRACTION_AS_RET_CODE(true),
    HUGE_RET_CODE(true);

    /** Whether an answer came, of which the request id is worth telling. */
    final boolean hasRequestId;

    Loss(boolean hasRequestId) {
      this.hasRequestId = hasRequestId;
    }

    boolean isSlow() {
      return this == SILENCE || this == TRICKLE;
    }

    FakeUCloudApi.Answer of(FakeUCloudApi api) {
      return switch (this) {
        case CLOSED -> FakeUCloudApi.hangUp();
        case RESET -> FakeUCloudApi.reset();
        case CUT_OFF -> FakeUCloudApi.halfAnAnswer();
        case SILENCE -> api.silence();
        case TRICKLE -> api.trickle();
        case FLOOD -> api.flood();
        case HTTP_429 -> FakeUCloudApi.status("429 Too Many Requests");
        case HTTP_500 -> FakeUCloudApi.status("500 Internal Server Error");
        case HTTP_502 -> FakeUCloudApi.status("502 Bad Gateway");
        case HTTP_503 -> FakeUCloudApi.status("503 Service Unavailable");
        case HTTP_504 -> FakeUCloudApi.status("504 Gateway Timeout");
        case REDIRECT -> FakeUCloudApi.status("302 Found\r\nLocation: " + api.endpoint());
        case GARBAGE -> json("<html>it works</html>");
        case EMPTY -> json("");
        case NULL -> json("null");
        case LIST -> json("[{\"RetCode\":0}]");
        case NO_RET_CODE -> json("{\"UDiskId\":[\"bsm-1\"]}");
        case WORD_AS_RET_CODE -> json("{\"RetCode\":\"fine\"}");
        case FRACTION_AS_RET_CODE -> json("{\"RetCode\":0.5}");
        case HUGE_RET_CODE -> json("{\"RetCode\":4294967296}");
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void aMutationWhoseAnswerIsLostIsSentExactlyOnce(Loss loss) {
    api.otherwise(loss.of(api));
    UCloudClient client = client(loss.isSlow() ? SHORT : LONG);
    NoAnswer failure = fails(NoAnswer.class, () -> client.call(MUTATION));
    assertThat(api.received).hasSize(1);
    assertThat(outcomes).containsExactly("CreateUDisk no-answer");
    assertDiscreet(failure).contains("CreateUDisk");
    assertThat(failure.requestId().isPresent()).isEqualTo(loss.hasRequestId);
  }

  @ParameterizedTest
  @EnumSource
  void aReadWhoseAnswerIsLostIsRepeatedALimitedNumberOfTimes(Loss loss) {
    api.otherwise(loss.of(api));
    UCloudClient client = client(loss.isSlow() ? SHORT : LONG);
    NoAnswer failure = fails(NoAnswer.class, () -> client.call(READ));
    assertThat(api.received).hasSize(UCloudClient.TRIES);
    assertDiscreet(failure).contains("DescribeUDisk");
  }

  @ParameterizedTest
  @EnumSource(names = {"CLOSED", "RESET", "CUT_OFF", "HTTP_500", "GARBAGE"})
  void aReadGetsItsAnswerWhenTheFaultHasPassed(Loss loss) {
    api.script.add(loss.of(api));
    api.otherwise(json(NO_DISKS));
    assertThat(client(LONG).call(READ).totalCount()).isZero();
    assertThat(outcomes).containsExactly("DescribeUDisk no-answer", "DescribeUDisk 0");
  }

  @Test
  void aCreateWhoseAnswerNamesNoDiskIsNotSentAgain() {
    for (String id : List.of("[]", "[null]", "\"\"", "null", "{}", "[{}]")) {
      api.script.add(json("{\"RetCode\":0,\"UDiskId\":" + id + "}"));
      NoAnswer failure = fails(NoAnswer.class, () -> client(LONG).call(MUTATION));
      assertDiscreet(failure).contains("CreateUDisk").contains("UDiskId");
      assertThat(failure.requestId()).contains(REQUEST_ID);
    }
    assertThat(api.received).hasSize(6);
  }

  // What becomes of a refusal.

  @ParameterizedTest
  @ValueSource(
      ints = {110, 130, 150, 160, 161, 171, 172, 230, 299, 8035, 17000, 17041, 17060, 99999})
  void aMutationThatWasRefusedIsNotSentAgain(int retCode) {
    api.otherwise(refusal(retCode, "no"));
    ApiRefused refused = fails(ApiRefused.class, () -> client(LONG).call(MUTATION));
    assertThat(refused.retCode()).isEqualTo(retCode);
    assertDiscreet(refused).isEqualTo("CreateUDisk was refused with RetCode %d (no)", retCode);
    assertThat(api.received).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"153, 8", "174, 4"})
  void aMutationThatCertainlyDidNothingIsSentAgainALimitedNumberOfTimes(int retCode, int tries) {
    api.otherwise(refusal(retCode, "later"));
    ApiRefused refused = fails(ApiRefused.class, () -> client(LONG).call(MUTATION));
    assertThat(refused.retCode()).isEqualTo(retCode);
    assertThat(api.received).hasSize(tries);
  }

  @Test
  void aMutationGetsThroughTheRateLimitOnce() {
    api.script.addAll(List.of(refusal(153, "later"), json(CREATED)));
    assertThat(client(LONG).call(MUTATION)).isEqualTo(new VolumeId("bsm-1"));
    assertThat(outcomes).containsExactly("CreateUDisk 153", "CreateUDisk 0");
  }

  @ParameterizedTest
  @ValueSource(ints = {110, 130, 150, 153, 174})
  void aReadIsSentAgainAfterARefusalThatPasses(int retCode) {
    api.script.add(refusal(retCode, "later"));
    api.otherwise(json(NO_DISKS));
    assertThat(client(LONG).call(READ).items()).isEmpty();
    assertThat(api.received).hasSize(2);
  }

  @Test
  void aReadIsNotSentAgainAfterARefusalThatStays() {
    api.otherwise(refusal(171, "signature error"));
    fails(ApiRefused.class, () -> client(LONG).call(READ));
    assertThat(api.received).hasSize(1);
  }

  @Test
  void aWrongKeyIsRefusedByTheSignatureCheck() {
    Credentials wrong =
        new Credentials(KEYS.publicKey(), Secret.of("another-key"), Optional.empty());
    ApiRefused refused =
        fails(ApiRefused.class, () -> client(api.endpoint(), LONG, () -> wrong).call(MUTATION));
    assertThat(refused.retCode()).isEqualTo(171);
    assertThat(api.received).isEmpty();
  }

  @Test
  void aRefusalThatQuotesTheRequestIsMaskedAndKeptShort() {
    Credentials temporary =
        new Credentials(
            KEYS.publicKey(), KEYS.privateKey(), Optional.of(Secret.of("token-of-tests")));
    api.otherwise((request, socket) ->
        refusal(299, "you sent\\n" + request.parameters() + " long".repeat(100))
            .give(request, socket));
    ApiRefused refused =
        fails(ApiRefused.class, () -> client(api.endpoint(), LONG, () -> temporary).call(MUTATION));
    assertDiscreet(refused).contains("CreateUDisk", "299", "***").hasSizeLessThan(400);
    assertThat(refused.getMessage()).doesNotContain("\n");
  }

  /** Else each of an event's repeats is a new one; the ids are for UCloud's support. */
  @Test
  void theSameRefusalIsTheSameSentenceEachTimeAndTheLogHasItsId() {
    api.otherwise(refusal(17005, "sold out"));
    UCloudClient client = client(LONG);
    ApiRefused refused = fails(ApiRefused.class, () -> client.call(MUTATION));
    assertThat(refused.requestId()).contains(REQUEST_ID);
    assertDiscreet(refused).doesNotContain(REQUEST_ID);
    assertThat(infos())
        .containsExactly(
            "CreateUDisk was refused with RetCode 17005 (sold out), request " + REQUEST_ID);
  }

  private List<String> infos() {
    return log.list.stream()
        .filter(line -> line.getLevel() == Level.INFO)
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  @Test
  void anAnswerWithoutRequestIdSaysSo() {
    api.otherwise((_, socket) ->
        socket
            .getOutputStream()
            .write("HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{\"RetCode\":1}".getBytes(UTF_8)));
    assertThatThrownBy(() -> client(LONG).call(MUTATION))
        .hasMessage("CreateUDisk was refused with RetCode 1 (no message)");
    assertThat(infos())
        .containsExactly("CreateUDisk was refused with RetCode 1 (no message), request without id");
  }

  // What never leaves.

  @Test
  void whatNobodyListensToIsNotSentAndTriedAgainALimitedNumberOfTimes() throws IOException {
    api.close();
    for (UCloudAction<?> action : List.of(MUTATION, READ)) {
      outcomes.clear();
      NotSent failure = fails(NotSent.class, () -> client(LONG).call(action));
      assertDiscreet(failure)
          .contains(action.name(), api.endpoint() + ": the connection was refused");
      assertThat(outcomes).hasSize(UCloudClient.TRIES).containsOnly(action.name() + " not-sent");
    }
  }

  @Test
  void aMutationLeavesWhenSomebodyListensAgain() throws IOException {
    URI endpoint = api.endpoint();
    api.close();
    AtomicInteger tries = new AtomicInteger();
    UCloudClient client =
        client(
            endpoint,
            LONG,
            () -> {
              if (tries.incrementAndGet() == 2) {
                restart(endpoint.getPort());
              }
              return KEYS;
            });
    assertThat(client.call(MUTATION)).isEqualTo(new VolumeId("bsm-1"));
    assertThat(outcomes).containsExactly("CreateUDisk not-sent", "CreateUDisk 0");
    assertThat(api.received).hasSize(1);
  }

  private void restart(int port) {
    try {
      api = new FakeUCloudApi(port);
      api.otherwise(json(CREATED));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aHostNameThatDoesNotExistMeansNotSent() {
    UCloudClient client = client(URI.create("http://api.invalid"), LONG, () -> KEYS);
    assertDiscreet(fails(NotSent.class, () -> client.call(MUTATION)))
        .contains("CreateUDisk", "http://api.invalid: the name of this host is not known");
  }

  @Test
  void aPeerThatDoesNotSpeakTlsMeansNotSent() {
    api.otherwise(FakeUCloudApi.hangUp());
    URI https = URI.create(api.endpoint().toString().replace("http:", "https:"));
    assertDiscreet(fails(NotSent.class, () -> client(https, SHORT, () -> KEYS).call(MUTATION)))
        .contains("CreateUDisk");
    assertThat(api.received).isEmpty();
  }

  @Test
  void aConnectionThatIsNotTakenEndsAtTheConnectTimeout() throws IOException {
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        FullBacklog _ = new FullBacklog(full)) {
      URI endpoint = URI.create("http://127.0.0.1:" + full.getLocalPort());
      UCloudClient client =
          new UCloudClient(
              new UCloudConfig(endpoint, "cn-bj2", Optional.empty(), SHORT, LONG),
              () -> KEYS,
              FastTime.pace(),
              this::hear,
              Duration.ofMillis(1));
      NotSent failure = fails(NotSent.class, () -> client.call(MUTATION));
      assertDiscreet(failure).contains("CreateUDisk", "connect timed out");
      assertThat(outcomes).hasSize(UCloudClient.TRIES).containsOnly("CreateUDisk not-sent");
    }
  }

  /** So many waiting connections that the kernel drops the next one. */
  private static final class FullBacklog implements AutoCloseable {
    private final List<Socket> waiting = new ArrayList<>();

    FullBacklog(ServerSocket server) throws IOException {
      try {
        while (true) {
          Socket socket = new Socket();
          waiting.add(socket);
          socket.connect(server.getLocalSocketAddress(), 100);
        }
      } catch (SocketTimeoutException _) {
        // Now it is full.
      }
    }

    @Override
    public void close() throws IOException {
      for (Socket socket : waiting) {
        socket.close();
      }
    }
  }

  // Time.

  @ParameterizedTest
  @EnumSource(names = {"SILENCE", "TRICKLE"})
  void theRequestTimeoutCoversTheWholeAnswerAndEndsTheConnection(Loss loss) throws Exception {
    api.otherwise(loss.of(api));
    long start = System.nanoTime();
    NoAnswer failure = fails(NoAnswer.class, () -> client(SHORT).call(MUTATION));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(SHORT);
    assertDiscreet(failure).contains("CreateUDisk", "no whole answer within 500 ms");
    assertThat(api.clientLeft.tryAcquire(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aTimedOutReadLeavesItsConnectionToo() throws Exception {
    api.otherwise(api.trickle());
    fails(NoAnswer.class, () -> client(SHORT).call(READ));
    assertThat(api.clientLeft.tryAcquire(UCloudClient.TRIES, Patience.SECONDS, TimeUnit.SECONDS))
        .isTrue();
  }

  @Test
  void anInterruptEndsAWaitingMutationAtOnce() throws Exception {
    assertInterruptEnds(MUTATION, api.silence());
  }

  @Test
  void anInterruptEndsAMutationWhoseAnswerTrickles() throws Exception {
    assertInterruptEnds(MUTATION, api.trickle());
  }

  @Test
  void anInterruptEndsAWaitingReadAtOnceAndItIsNotRepeated() throws Exception {
    assertInterruptEnds(READ, api.silence());
  }

  private void assertInterruptEnds(UCloudAction<?> action, FakeUCloudApi.Answer answer)
      throws Exception {
    api.otherwise(answer);
    Interrupted call = new Interrupted(client(Duration.ofMinutes(5)), action);
    api.awaitRequest();
    assertThat(call.end()).isInstanceOf(NoAnswer.class);
    assertDiscreet(call.end()).contains(action.name(), "interrupted");
    assertThat(call.hadFlag).isTrue();
    assertThat(api.received).hasSize(1);
    assertThat(api.clientLeft.tryAcquire(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void anInterruptEndsThePauseBetweenTwoTries() throws Exception {
    api.otherwise(refusal(153, "later"));
    Interrupted mutation = new Interrupted(patientClient(), MUTATION);
    await().until(() -> outcomes.contains("CreateUDisk 153"));
    assertThat(mutation.end()).isInstanceOf(NotSent.class).hasMessageContaining("CreateUDisk");
    assertThat(mutation.hadFlag).isTrue();

    api.otherwise(FakeUCloudApi.hangUp());
    Interrupted read = new Interrupted(patientClient(), READ);
    await().until(() -> outcomes.contains("DescribeUDisk no-answer"));
    assertThat(read.end()).isInstanceOf(NoAnswer.class).hasMessageContaining("DescribeUDisk");
    assertThat(read.hadFlag).isTrue();
    assertThat(api.received).hasSize(2);
  }

  private UCloudClient patientClient() {
    return new UCloudClient(
        config(api.endpoint(), LONG), () -> KEYS, FastTime.pace(), this::hear, LONG);
  }

  /** A call on a thread of its own, and how it ends when the thread is interrupted. */
  private static final class Interrupted {
    private final AtomicReference<Throwable> failure = new AtomicReference<>(new Error("answered"));
    private final Thread thread;
    volatile boolean hadFlag;

    Interrupted(UCloudClient client, UCloudAction<?> action) {
      thread =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  client.call(action);
                } catch (RuntimeException e) {
                  failure.set(e);
                }
                hadFlag = Thread.currentThread().isInterrupted();
              });
    }

    Throwable end() throws InterruptedException {
      thread.interrupt();
      assertThat(thread.join(Patience.LIMIT)).isTrue();
      return failure.get();
    }
  }

  // Connections.

  @Test
  void theHttpClientItselfDoesNotSendAPostTwice() {
    api.script.addAll(List.of(json(NO_DISKS), FakeUCloudApi.hangUp()));
    ApiTransport transport = new ApiTransport(config(api.endpoint(), LONG), this::hear);
    Map<String, Object> parameters = new HashMap<>(Map.of("Action", "DescribeUDisk"));
    parameters.put("PublicKey", KEYS.publicKey());
    parameters.put("Signature", RequestSigner.sign(parameters, KEYS.privateKey().reveal()));
    transport.send("DescribeUDisk", parameters, true);
    fails(NoAnswer.class, () -> transport.send("DescribeUDisk", parameters, true));
    assertThat(api.received).extracting(FakeUCloudApi.Received::connection).containsExactly(1, 1);
  }

  @Test
  void readsShareAConnectionAndMutationsHaveTheirOwn() {
    api.otherwise(json("{\"RetCode\":0,\"UDiskId\":\"bsm-1\",\"TotalCount\":0}"));
    UCloudClient client = client(LONG);
    client.call(READ);
    client.call(MUTATION);
    client.call(READ);
    client.call(MUTATION);
    assertThat(api.received)
        .extracting(FakeUCloudApi.Received::connection)
        .containsExactly(1, 2, 1, 3);
  }

  @Test
  void aKeptConnectionThatThePeerHasClosedCostsNoMutationItsAnswer() {
    api.otherwise(andClose("{\"RetCode\":0,\"UDiskId\":\"bsm-1\",\"TotalCount\":0}"));
    UCloudClient client = client(LONG);
    for (int i = 0; i < 10; i++) {
      client.call(READ);
      assertThat(client.call(MUTATION)).isEqualTo(new VolumeId("bsm-1"));
    }
    assertThat(outcomes).filteredOn("CreateUDisk 0"::equals).hasSize(10);
    assertThat(api.received).filteredOn(r -> r.action().equals("CreateUDisk")).hasSize(10);
  }

  @Test
  void mutationsLeaveNoThreadsBehind() {
    UCloudClient client = client(SHORT);
    List<Thread> before = httpThreads();
    for (int i = 0; i < 5; i++) {
      api.script.addAll(List.of(json(CREATED), FakeUCloudApi.hangUp(), api.trickle()));
      client.call(MUTATION);
      fails(NoAnswer.class, () -> client.call(MUTATION));
      fails(NoAnswer.class, () -> client.call(MUTATION));
    }
    await().until(() -> before.containsAll(httpThreads()));
  }

  private static List<Thread> httpThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("HttpClient-"))
        .toList();
  }

  @Test
  void sixtyFourThreadsGetTheirOwnAnswers() throws Exception {
    api.otherwise((request, socket) ->
        json("{\"RetCode\":0,\"UDiskId\":[\"of-" + request.text("Name") + "\"]}")
            .give(request, socket));
    UCloudClient client = client(LONG);
    List<Future<VolumeId>> answers = new ArrayList<>();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 64; i++) {
        CreateUDisk create =
            new CreateUDisk(
                "cn-bj2-05",
                DiskSize.ofGib(10),
                "pvc-" + i,
                DiskType.SATA,
                DiskTerms.PLAIN,
                Optional.empty(),
                Optional.empty());
        answers.add(
            callers.submit(() -> {
              client.call(READ);
              return client.call(create);
            }));
      }
      for (int i = 0; i < 64; i++) {
        assertThat(answers.get(i).get()).isEqualTo(new VolumeId("of-pvc-" + i));
      }
    }
    assertThat(api.received).hasSize(128);
  }

  // What every request carries.

  @Test
  void aRequestIsAJsonPostWithRegionAndKey() {
    api.otherwise(json(CREATED));
    client(LONG).call(MUTATION);
    FakeUCloudApi.Received request = api.received.getFirst();
    assertThat(request.contentType()).isEqualTo("application/json");
    assertThat(request.parameters())
        .containsEntry("Action", "CreateUDisk")
        .containsEntry("Region", "cn-bj2")
        .containsEntry("PublicKey", KEYS.publicKey())
        .doesNotContainKeys("ProjectId", "SecurityToken", "PrivateKey");
  }

  @Test
  void projectAndTokenAreSignedAndSentWhenThereAre() {
    api.otherwise(json(CREATED));
    UCloudConfig config =
        new UCloudConfig(api.endpoint(), "cn-bj2", Optional.of("org-abc"), LONG, LONG);
    Credentials temporary =
        new Credentials(
            KEYS.publicKey(), KEYS.privateKey(), Optional.of(Secret.of("token-of-tests")));
    new UCloudClient(config, () -> temporary, FastTime.pace(), this::hear).call(MUTATION);
    assertThat(api.received.getFirst().parameters())
        .containsEntry("ProjectId", "org-abc")
        .containsEntry("SecurityToken", "token-of-tests");
  }

  @Test
  void theKeysAreAskedForBeforeEveryTry() {
    Credentials next =
        new Credentials(
            "next-public-key", Secret.of("next-private-key"), Optional.of(Secret.of("t2")));
    api.alsoKnows(next);
    AtomicInteger asked = new AtomicInteger();
    api.script.add(refusal(174, "token expired"));
    api.otherwise(json(CREATED));
    client(api.endpoint(), LONG, () -> asked.getAndIncrement() == 0 ? KEYS : next).call(MUTATION);
    assertThat(api.received)
        .extracting(request -> request.text("PublicKey"))
        .containsExactly(KEYS.publicKey(), "next-public-key");
  }

  @Test
  void theLogNamesActionOutcomeAndRequest() {
    api.otherwise(json(CREATED));
    client(LONG).call(MUTATION);
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .singleElement()
        .asString()
        .matches("CreateUDisk 0 in \\d+ ms, request " + REQUEST_ID);
  }

  // Tools.

  private UCloudClient client(Duration requestTimeout) {
    return client(api.endpoint(), requestTimeout, () -> KEYS);
  }

  private UCloudClient client(URI endpoint, Duration requestTimeout, CredentialsSource keys) {
    return new UCloudClient(
        config(endpoint, requestTimeout), keys, FastTime.pace(), this::hear, Duration.ofMillis(1));
  }

  private static UCloudConfig config(URI endpoint, Duration requestTimeout) {
    return new UCloudConfig(endpoint, "cn-bj2", Optional.empty(), LONG, requestTimeout);
  }

  private void hear(String action, String outcome, Duration took) {
    assertThat(took).isPositive();
    outcomes.add(action + " " + outcome);
  }

  private static <E extends Throwable> E fails(Class<E> type, Runnable call) {
    E failure = catchThrowableOfType(type, call::run);
    assertThat(failure).isNotNull();
    return failure;
  }

  /** The message of a failure, after neither it nor any cause told a secret. */
  private AbstractStringAssert<?> assertDiscreet(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      assertThat(cause.toString()).matches(text -> !isIndiscreet(text));
    }
    return assertThat(failure.getMessage());
  }

  private boolean isIndiscreet(String text) {
    return text.contains(KEYS.publicKey())
        || text.contains(KEYS.privateKey().reveal())
        || text.contains("token-of-tests")
        || api.received.stream().anyMatch(request -> text.contains(request.text("Signature")));
  }
}
