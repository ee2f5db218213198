package cn.ucloud.csi.udisk.orchestrator.call;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.AbstractBlockingStub;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * A driver's unix socket, seen from its callers.
 *
 * <p>Every call makes its own connection and closes it, as kubelet does. That is the harder case
 * for a server, and it lets a driver process be replaced between two calls.
 */
public final class CsiSocket implements AutoCloseable {
  private final Path path;
  private final EventLoopGroup events =
      new NioEventLoopGroup(1, new DefaultThreadFactory("csi-socket", true));

  public CsiSocket(Path path) {
    this.path = path;
  }

  public Path path() {
    return path;
  }

  /**
   * Makes one call.
   *
   * @param stub the service, such as {@code NodeGrpc::newBlockingStub}
   * @param timeout the deadline that the driver is told
   * @throws io.grpc.StatusRuntimeException if the driver refuses, does not answer in time, or is
   *     not there (UNAVAILABLE)
   */
  public <S extends AbstractBlockingStub<S>, T> T call(
      Function<Channel, S> stub, Duration timeout, Function<S, T> rpc) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(path))
            .eventLoopGroup(events)
            .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
            .overrideAuthority("localhost")
            .usePlaintext()
            .directExecutor()
            .build();
    try {
      return rpc.apply(
          stub.apply(channel).withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS));
    } finally {
      channel.shutdownNow();
    }
  }

  @Override
  public void close() {
    events.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
