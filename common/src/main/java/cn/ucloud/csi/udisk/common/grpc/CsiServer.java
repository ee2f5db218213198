package cn.ucloud.csi.udisk.common.grpc;

import cn.ucloud.csi.udisk.common.error.CannotStart;
import cn.ucloud.csi.udisk.common.grpc.socket.CsiEndpoint;
import cn.ucloud.csi.udisk.common.grpc.socket.SocketFile;
import cn.ucloud.csi.udisk.common.grpc.socket.UnixServerSocket;
import cn.ucloud.csi.udisk.common.metrics.Metrics;
import cn.ucloud.csi.udisk.common.trace.Tracing;
import io.grpc.BindableService;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.okhttp.OkHttpServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import javax.net.ServerSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gRPC server on a unix socket, one virtual thread per connection and per call.
 *
 * <p>The transport is grpc-okhttp over the JDK's own unix channels: less memory and more calls per
 * second than netty. Its builder is experimental API (grpc-java issue 1785), which is why no other
 * class sees it.
 */
public final class CsiServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CsiServer.class);

  /**
   * Warns about every peer that connects and says nothing, as socket checks do. Held here because
   * java.util.logging forgets the level of a logger nobody refers to.
   */
  private static final java.util.logging.Logger TRANSPORT_LOG =
      java.util.logging.Logger.getLogger("io.grpc.okhttp.OkHttpServerTransport");

  private final Server server;
  private final SocketFile socket;
  private final ExecutorService threads;
  private final Duration grace;

  private CsiServer(Server server, SocketFile socket, ExecutorService threads, Duration grace) {
    this.server = server;
    this.socket = socket;
    this.threads = threads;
    this.grace = grace;
  }

  /** The same for a process whose calls are not traced. */
  static CsiServer start(
      CsiEndpoint endpoint, Metrics metrics, Duration grace, List<BindableService> services) {
    return start(endpoint, metrics, Tracing.OFF, grace, services);
  }

  /**
   * Starts to serve; every call is logged, measured and traced. The socket has mode 0600.
   *
   * @param grace how long {@link #close} lets running calls finish
   * @throws CannotStart if the socket is in use, its directory is missing, or its place is taken by
   *     something that is no socket; a socket left by a dead process is replaced
   */
  public static CsiServer start(
      CsiEndpoint endpoint,
      Metrics metrics,
      Tracing tracing,
      Duration grace,
      List<BindableService> services) {
    TRANSPORT_LOG.setLevel(Level.SEVERE);
    SocketFile.clear(endpoint.path());
    ExecutorService threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("csi-", 0).factory());
    OkHttpServerBuilder builder =
        OkHttpServerBuilder.forPort(
                UnixDomainSocketAddress.of(endpoint.path()), InsecureServerCredentials.create())
            .socketFactory(new UnixServerSockets())
            .transportExecutor(threads)
            .executor(threads)
            // Whoever may open a 0600 socket may also ping it; enforcement would only cut sidecars.
            .permitKeepAliveWithoutCalls(true)
            .permitKeepAliveTime(1, TimeUnit.SECONDS);
    if (!tracing.equals(Tracing.OFF)) {
      builder.intercept(new TraceInterceptor(tracing));
    }
    builder.intercept(new CallLogInterceptor(metrics)); // the last one comes first
    services.forEach(builder::addService);
    Server server = builder.build();
    try {
      server.start();
      CsiServer started = new CsiServer(server, SocketFile.of(endpoint.path()), threads, grace);
      LOG.info("serving {}", endpoint);
      return started;
    } catch (IOException e) {
      server.shutdownNow();
      threads.shutdown();
      throw new CannotStart("cannot serve " + endpoint + ": " + reason(e), e);
    }
  }

  /** What keeps callers from reaching this server, if anything does: somebody took its file. */
  public Optional<String> findProblem() {
    return socket.isStillOurs()
        ? Optional.empty()
        : Optional.of("the socket " + socket.path() + " is gone or belongs to another process");
  }

  /**
   * Takes no new calls, lets running ones finish for the grace period, cancels the rest, and
   * removes the socket unless a successor has put its own there. Closing again does nothing.
   */
  @Override
  public void close() {
    server.shutdown();
    try {
      if (!server.awaitTermination(grace.toNanos(), TimeUnit.NANOSECONDS)) {
        LOG.warn("calls still run after {} s and are cancelled", grace.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    server.shutdownNow();
    threads.shutdown();
    try {
      socket.deleteIfStillOurs();
    } catch (IOException e) {
      LOG.warn("cannot remove the socket {}: {}", socket.path(), e.toString());
    }
  }

  private static String reason(IOException failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    return String.valueOf(cause.getMessage());
  }

  /** OkHttpServer asks only for unbound sockets. */
  private static final class UnixServerSockets extends ServerSocketFactory {
    @Override
    public ServerSocket createServerSocket() throws IOException {
      return new UnixServerSocket();
    }

    @Override
    public ServerSocket createServerSocket(int port) {
      throw new UnsupportedOperationException();
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog) {
      throw new UnsupportedOperationException();
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog, InetAddress address) {
      throw new UnsupportedOperationException();
    }
  }
}
