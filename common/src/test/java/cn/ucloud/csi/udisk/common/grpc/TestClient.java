package cn.ucloud.csi.udisk.common.grpc;

import cn.ucloud.csi.udisk.common.grpc.socket.UnixSocket;
import csi.v1.GetPluginInfoRequest;
import csi.v1.IdentityGrpc;
import csi.v1.IdentityGrpc.IdentityBlockingStub;
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
import javax.net.SocketFactory;

/** A CSI client with one connection of its own. */
final class TestClient implements AutoCloseable {
  private final ManagedChannel channel;

  TestClient(Path socket) {
    channel =
        OkHttpChannelBuilder.forAddress("localhost", 1)
            .usePlaintext()
            .socketFactory(new UnixSockets(socket))
            .build();
  }

  NodeBlockingStub node() {
    return NodeGrpc.newBlockingStub(channel);
  }

  IdentityBlockingStub identity() {
    return IdentityGrpc.newBlockingStub(channel);
  }

  String pluginName() {
    return identity().getPluginInfo(GetPluginInfoRequest.getDefaultInstance()).getName();
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
    public Socket createSocket(String host, int port, InetAddress local, int localPort)
        throws IOException {
      return createSocket();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
        throws IOException {
      return createSocket();
    }
  }
}
