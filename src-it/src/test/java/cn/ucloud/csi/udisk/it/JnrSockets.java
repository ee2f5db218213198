package cn.ucloud.csi.udisk.it;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.SocketFactory;
import jnr.unixsocket.UnixSocket;
import jnr.unixsocket.UnixSocketAddress;
import jnr.unixsocket.UnixSocketChannel;

/**
 * Connections to one unix socket by jnr-unixsocket: its own system calls, none of the JDK's.
 *
 * <p>jnr closes a number, not a socket: a thread that is about to read gets the bytes of whoever
 * has been given the same number meanwhile. So whoever closes a connection only ends it here, and
 * the numbers stay taken until {@link #close}.
 */
final class JnrSockets extends SocketFactory implements AutoCloseable {
  private final Path path;
  private final Queue<UnixSocketChannel> opened = new ConcurrentLinkedQueue<>();

  JnrSockets(Path path) {
    this.path = path;
  }

  /** The address is what gRPC believes it calls, and means nothing here. */
  @Override
  public Socket createSocket(InetAddress address, int port) throws IOException {
    UnixSocketChannel channel = UnixSocketChannel.open(new UnixSocketAddress(path.toFile()));
    opened.add(channel);
    return new EndedNotClosed(channel);
  }

  /** Only when nobody uses any of the connections any more. */
  @Override
  public void close() throws IOException {
    for (UnixSocketChannel channel : opened) {
      channel.close();
    }
  }

  @Override
  public Socket createSocket(InetAddress address, int port, InetAddress from, int fromPort) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Socket createSocket(String host, int port) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress from, int fromPort) {
    throw new UnsupportedOperationException();
  }

  private static final class EndedNotClosed extends UnixSocket {
    EndedNotClosed(UnixSocketChannel channel) {
      super(channel);
    }

    @Override
    public void close() throws IOException {
      shutdownInput();
      shutdownOutput();
    }

    @Override
    public InputStream getInputStream() throws IOException {
      return new FilterInputStream(super.getInputStream()) {
        @Override
        public void close() throws IOException {
          EndedNotClosed.this.close();
        }
      };
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
      return new FilterOutputStream(super.getOutputStream()) {
        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
          out.write(bytes, from, length);
        }

        @Override
        public void close() throws IOException {
          EndedNotClosed.this.close();
        }
      };
    }
  }
}
