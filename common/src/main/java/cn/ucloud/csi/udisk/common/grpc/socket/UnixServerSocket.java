package cn.ucloud.csi.udisk.common.grpc.socket;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The JDK's listening unix channel in the shape grpc-okhttp asks for.
 *
 * <p>Only what {@code io.grpc.okhttp.OkHttpServer} calls is meaningful.
 */
public final class UnixServerSocket extends ServerSocket {
  private static final Logger LOG = LoggerFactory.getLogger(UnixServerSocket.class);
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(100);

  private final ServerSocketChannel channel;

  public UnixServerSocket() throws IOException {
    channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
  }

  /** Binds, and lets nobody but the owner of this process connect. */
  @Override
  public void bind(SocketAddress endpoint, int backlog) throws IOException {
    channel.bind(endpoint, backlog);
    Files.setPosixFilePermissions(
        ((UnixDomainSocketAddress) endpoint).getPath(),
        PosixFilePermissions.fromString("rw-------"));
    dropEarlyConnections();
  }

  @Override
  public void bind(SocketAddress endpoint) throws IOException {
    bind(endpoint, 128);
  }

  /**
   * Waits for the next connection.
   *
   * <p>A failure that leaves the socket open, such as "too many open files", is waited out:
   * OkHttpServer would take it as the end and leave a process that runs and never answers.
   */
  @Override
  public Socket accept() throws IOException {
    while (true) {
      try {
        return new UnixSocket(channel.accept());
      } catch (ClosedChannelException e) {
        SocketException closed = new SocketException("socket closed");
        closed.initCause(e);
        throw closed;
      } catch (IOException e) {
        LOG.warn("cannot accept a connection now: {}", e.toString());
        pause();
      }
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  @Override
  public boolean isBound() {
    return getLocalSocketAddress() != null;
  }

  @Override
  public boolean isClosed() {
    return !channel.isOpen();
  }

  @Override
  public @Nullable SocketAddress getLocalSocketAddress() {
    try {
      return channel.getLocalAddress();
    } catch (IOException e) {
      return null;
    }
  }

  @Override
  public int getLocalPort() {
    return -1;
  }

  @Override
  public @Nullable InetAddress getInetAddress() {
    return null;
  }

  @Override
  public String toString() {
    return "UnixServerSocket[" + getLocalSocketAddress() + "]";
  }

  /** Whoever connected between bind and chmod was not checked against the file mode. */
  private void dropEarlyConnections() throws IOException {
    channel.configureBlocking(false);
    for (SocketChannel early = channel.accept(); early != null; early = channel.accept()) {
      early.close();
    }
    channel.configureBlocking(true);
  }

  private static void pause() throws SocketException {
    try {
      Thread.sleep(PAUSE_AFTER_FAILURE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SocketException("interrupted");
    }
  }
}
