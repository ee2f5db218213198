package cn.ucloud.csi.udisk.common.ucloud;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.common.config.Secret;
import cn.ucloud.csi.udisk.common.ucloud.credentials.Credentials;
import cn.ucloud.csi.udisk.testing.Patience;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * Talks like the UCloud API over real sockets, with a signature check of its own, and breaks its
 * answers in every way that a network can.
 *
 * <p>Answers come from the script, then from {@link #otherwise}. It speaks just enough HTTP/1.1 to
 * be able to speak it wrongly.
 */
final class FakeUCloudApi implements AutoCloseable {
  static final String REQUEST_ID = "7f1c2d9e-request";
  static final Credentials KEYS =
      new Credentials("public-key-of-tests", Secret.of("private-key-of-tests"), Optional.empty());

  /** A request whose signature was right. */
  record Received(Map<String, Object> parameters, String contentType, int connection) {
    String action() {
      return text("Action");
    }

    String text(String name) {
      return String.valueOf(parameters.get(name));
    }
  }

  /** What the server does once it has read a whole request. */
  @FunctionalInterface
  interface Answer {
    void give(Received request, Socket socket) throws IOException;
  }

  final List<Received> received = new CopyOnWriteArrayList<>();
  final BlockingQueue<Answer> script = new LinkedBlockingQueue<>();

  /** One permit for each time the client ended a connection on which it was owed an answer. */
  final Semaphore clientLeft = new Semaphore(0);

  private final Semaphore arrivals = new Semaphore(0);
  private final Map<String, String> privateKeys =
      new ConcurrentHashMap<>(Map.of(KEYS.publicKey(), KEYS.privateKey().reveal()));
  private final ServerSocket server;
  private final Thread accepting;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();
  private volatile Answer otherwise = json("{\"RetCode\":0}");

  FakeUCloudApi() throws IOException {
    this(0);
  }

  FakeUCloudApi(int port) throws IOException {
    server = new ServerSocket(port, 200, InetAddress.getLoopbackAddress());
    accepting = Thread.ofVirtual().start(this::accept);
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  void otherwise(Answer answer) {
    otherwise = answer;
  }

  void alsoKnows(Credentials keys) {
    privateKeys.put(keys.publicKey(), keys.privateKey().reveal());
  }

  /** Waits until one more request has been read. */
  void awaitRequest() throws InterruptedException {
    if (!arrivals.tryAcquire(Patience.SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("no request came");
    }
  }

  /** Nobody can connect afterwards: the kernel accepts until the thread has left its accept(). */
  @Override
  public void close() throws IOException {
    server.close();
    await().pollInterval(Duration.ofMillis(1)).until(() -> !accepting.isAlive());
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  // Answers.

  static Answer json(String body) {
    return (_, socket) -> write(socket, "200 OK", body);
  }

  static Answer refusal(int retCode, String message) {
    return json("{\"RetCode\":" + retCode + ",\"Message\":\"" + message + "\"}");
  }

  static Answer status(String line) {
    return (_, socket) -> write(socket, line, "{\"RetCode\":0}");
  }

  static Answer hangUp() {
    return (_, socket) -> socket.close();
  }

  static Answer reset() {
    return (_, socket) -> {
      socket.setSoLinger(true, 0);
      socket.close();
    };
  }

  static Answer halfAnAnswer() {
    return (_, socket) -> {
      socket.getOutputStream().write((head("200 OK", 100) + "{\"RetCode\":0,").getBytes(UTF_8));
      socket.close();
    };
  }

  /** Answers well, with the promise to stay, and goes. */
  static Answer andClose(String body) {
    return (_, socket) -> {
      write(socket, "200 OK", body);
      socket.close();
    };
  }

  Answer silence() {
    return (_, socket) -> {
      while (socket.getInputStream().read() != -1) {
        // The client says no more; it can only leave.
      }
      clientLeft.release();
    };
  }

  /** Headers at once, then a body that never ends, one blank now and then. */
  Answer trickle() {
    return endless(" ".getBytes(UTF_8), 5);
  }

  /** Headers at once, then a body that never ends, as fast as it goes. */
  Answer flood() {
    return endless(" ".repeat(1 << 20).getBytes(UTF_8), 0);
  }

  private Answer endless(byte[] piece, int pauseMillis) {
    return (_, socket) -> {
      socket.getOutputStream().write(head("200 OK", 1L << 40).getBytes(UTF_8));
      Semaphore never = new Semaphore(0);
      try {
        do {
          socket.getOutputStream().write(piece);
        } while (!never.tryAcquire(pauseMillis, TimeUnit.MILLISECONDS));
      } catch (IOException _) {
        clientLeft.release();
      } catch (InterruptedException e) {
        throw new IllegalStateException("nobody interrupts this thread", e);
      }
    };
  }

  // The server.

  private void accept() {
    while (true) {
      try {
        Socket socket = server.accept();
        sockets.add(socket);
        Thread.ofVirtual().start(() -> serve(socket, connections.incrementAndGet()));
      } catch (IOException _) {
        return; // closed
      }
    }
  }

  private void serve(Socket socket, int connection) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      for (String head = head(in); !head.isEmpty(); head = head(in)) {
        Map<String, Object> parameters =
            new ObjectMapper()
                .readValue(
                    in.readNBytes(Integer.parseInt(header(head, "content-length"))),
                    new TypeReference<>() {});
        answer(new Received(parameters, header(head, "content-type"), connection), socket);
      }
    } catch (IOException _) {
      // The client is gone, or this answer was to close the socket.
    }
  }

  private void answer(Received request, Socket socket) throws IOException {
    if (!isSigned(request.parameters)) {
      refusal(171, "signature error").give(request, socket);
      return;
    }
    received.add(request);
    Answer next = script.poll();
    arrivals.release();
    (next == null ? otherwise : next).give(request, socket);
  }

  /** UCloud API, "signature": sorted names and values, the private key, SHA-1 in hex. */
  private boolean isSigned(Map<String, Object> parameters) {
    String privateKey = privateKeys.get(String.valueOf(parameters.get("PublicKey")));
    String text =
        parameters.entrySet().stream()
            .filter(parameter -> !parameter.getKey().equals("Signature"))
            .sorted(Map.Entry.comparingByKey())
            .map(parameter -> parameter.getKey() + parameter.getValue())
            .collect(Collectors.joining());
    return privateKey != null && sha1(text + privateKey).equals(parameters.get("Signature"));
  }

  private static String sha1(String text) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-1").digest(text.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Request line and headers; empty at the end of the connection. */
  private static String head(InputStream in) throws IOException {
    StringBuilder text = new StringBuilder();
    while (text.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next == -1) {
        return "";
      }
      text.append((char) next);
    }
    return text.toString();
  }

  private static String header(String head, String name) {
    return head.lines()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst()
        .orElse("");
  }

  private static void write(Socket socket, String status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    byte[] head = head(status, bytes.length).getBytes(ISO_8859_1);
    byte[] all = new byte[head.length + bytes.length];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(bytes, 0, all, head.length, bytes.length);
    OutputStream out = socket.getOutputStream();
    out.write(all);
    out.flush();
  }

  private static String head(String status, long length) {
    return "HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%s: %s\r\n\r\n"
        .formatted(status, length, "X-UCLOUD-REQUEST-UUID", REQUEST_ID);
  }
}
