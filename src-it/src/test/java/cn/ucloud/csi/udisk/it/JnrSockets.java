package cn.ucloud.csi.udisk.it;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import javax.net.SocketFactory;
import jnr.unixsocket.UnixSocketAddress;
import jnr.unixsocket.UnixSocketChannel;

/** Connections to one unix socket by jnr-unixsocket: its own system calls, none of the JDK's. */
final class JnrSockets extends SocketFactory {
  private final Path path;

  JnrSockets(Path path) {
    this.path = path;
  }

  /** The address is what gRPC believes it calls, and means nothing here. */
  @Override
  public Socket createSocket(InetAddress address, int port) throws IOException {
    return UnixSocketChannel.open(new UnixSocketAddress(path.toFile())).socket();
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
}
