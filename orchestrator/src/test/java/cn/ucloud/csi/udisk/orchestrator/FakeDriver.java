package cn.ucloud.csi.udisk.orchestrator;

import cn.ucloud.csi.udisk.orchestrator.call.CsiSocket;
import cn.ucloud.csi.udisk.orchestrator.call.Script;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A CSI driver without storage, listening on a real unix socket. */
public final class FakeDriver implements AutoCloseable {
  static final String NAME = "fake.csi.example";

  private final EventLoopGroup events = new NioEventLoopGroup(2);
  private final Script script = new Script();
  private final Server server;
  private final CsiSocket socket;

  public FakeDriver(Path directory) throws IOException {
    Path path = directory.resolve("csi.sock");
    server =
        NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(path))
            .channelType(NioServerDomainSocketChannel.class)
            .bossEventLoopGroup(events)
            .workerEventLoopGroup(events)
            .addService(new FakeServices.Identity(script))
            .addService(new FakeServices.Controller(script))
            .addService(new FakeServices.Node(script))
            .build()
            .start();
    socket = new CsiSocket(path);
  }

  public Script script() {
    return script;
  }

  public CsiSocket socket() {
    return socket;
  }

  @Override
  public void close() {
    socket.close();
    server.shutdownNow();
    events.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
