package cn.ucloud.csi.udisk.common.grpc;

import cn.ucloud.csi.udisk.common.grpc.socket.UnixSocket;
import cn.ucloud.csi.udisk.testing.Patience;
import csi.v1.NodeGrpc;
import csi.v1.NodeGrpc.NodeBlockingStub;
import io.grpc.ManagedChannel;
import io.grpc.okhttp.OkHttpChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;

/** What kubelet is to a node process: a client on its socket. Here for the socket's sake. */
public final class NodeClient implements AutoCloseable {
  private final ManagedChannel channel;

  public NodeClient(Path socket) {
    channel =
        OkHttpChannelBuilder.forAddress("localhost", 1)
            .usePlaintext()
            .socketFactory(new UnixSockets(socket))
            .build();
  }

  /** Connects once more where that takes longer than grpc thinks it may, as on a slow machine. */
  public NodeBlockingStub node() {
    return NodeGrpc.newBlockingStub(channel)
        .withWaitForReady()
        .withDeadlineAfter(Patience.SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  private static final class UnixSockets extends SocketFactory {
    private final Path path;

    UnixSockets(Path path) {
      this.path = path;
    }

    @Override
    public Socket createSocket() throws IOException {
      return new UnixSocket(SocketChannel.open(UnixDomainSocketAddress.of(path)));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
      return createSocket();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
      return createSocket();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
        throws IOException {
      return createSocket();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort)
        throws IOException {
      return createSocket();
    }
  }
}
