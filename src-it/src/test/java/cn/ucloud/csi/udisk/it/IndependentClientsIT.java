package cn.ucloud.csi.udisk.it;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.ControllerGrpc;
import csi.v1.CreateVolumeRequest;
import csi.v1.GetPluginInfoRequest;
import csi.v1.IdentityGrpc;
import csi.v1.ProbeRequest;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.okhttp.OkHttpChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Clients that share nothing with our socket adapter talk to a real process: jnr-unixsocket makes
 * its own system calls, netty has its own HTTP/2.
 */
class IndependentClientsIT {
  private static final int CONNECTIONS = 40;

  @TempDir private static Path directory;
  private static Sandbox sandbox;
  private static EventLoopGroup events;
  private static JnrSockets jnr;

  /** Who connects, and how. */
  enum Client {
    JNR_UNIXSOCKET,
    NETTY;

    private ManagedChannel open() {
      return switch (this) {
        case JNR_UNIXSOCKET ->
            OkHttpChannelBuilder.forAddress("localhost", 1)
                .socketFactory(jnr)
                .usePlaintext()
                .build();
        case NETTY ->
            NettyChannelBuilder.forAddress(
                    UnixDomainSocketAddress.of(sandbox.controllerSocket().path()))
                .eventLoopGroup(events)
                .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
                .overrideAuthority("localhost")
                .usePlaintext()
                .build();
      };
    }

    /** One fresh connection, for what is done on it. */
    <T> T connected(Function<Channel, T> calls) {
      ManagedChannel channel = open();
      try {
        return calls.apply(channel);
      } finally {
        channel.shutdownNow();
      }
    }
  }

  @BeforeAll
  static void start() {
    events = new NioEventLoopGroup(1);
    sandbox = new Sandbox(directory, Duration.ofMillis(20), Duration.ZERO).startController();
    jnr = new JnrSockets(sandbox.controllerSocket().path());
  }

  @AfterAll
  static void stop() throws Exception {
    sandbox.close();
    jnr.close();
    events.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  @ParameterizedTest
  @EnumSource
  void asksForNameAndReadinessAndMakesAVolume(Client client) {
    String name = "pvc-" + client;
    CreateVolumeRequest request = ControllerCalls.createRequest(name).build();
    String volume =
        client.connected(channel -> {
          assertThat(probe(channel)).isTrue();
          assertThat(pluginName(channel)).isEqualTo("udisk.csi.ucloud.cn");
          return ControllerGrpc.newBlockingStub(channel)
              .withDeadlineAfter(20, TimeUnit.SECONDS)
              .createVolume(request)
              .getVolume()
              .getVolumeId();
        });
    assertThat(sandbox.disksNamed(name))
        .singleElement()
        .satisfies(disk -> assertThat(disk.id()).isEqualTo(volume));
  }

  @ParameterizedTest
  @EnumSource
  void everyFreshConnectionIsServedAlsoInParallel(Client client) throws Exception {
    List<Callable<String>> calls = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      calls.add(() -> client.connected(IndependentClientsIT::pluginName));
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      assertThat(threads.invokeAll(calls))
          .extracting(Future::resultNow)
          .hasSize(CONNECTIONS)
          .containsOnly("udisk.csi.ucloud.cn");
    }
  }

  @ParameterizedTest
  @EnumSource
  void oneConnectionCarriesManyCallsAtOnce(Client client) {
    boolean allReady =
        client.connected(channel -> {
          List<Future<Boolean>> answers = new ArrayList<>();
          try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < CONNECTIONS; i++) {
              answers.add(threads.submit(() -> probe(channel)));
            }
          }
          return answers.stream().allMatch(Future::resultNow);
        });
    assertThat(allReady).isTrue();
  }

  /** What grpc-go sends for a unix socket has changed over its versions. */
  @ParameterizedTest
  @EnumSource
  void whatTheCallerTakesForAuthorityDoesNotMatter(Client client) {
    String path = sandbox.controllerSocket().path().toString();
    for (String authority :
        List.of("localhost", path, path.replace("/", "%2F"), "unix:" + path, "csi.sock")) {
      assertThat(
              client.<String>connected(
                  channel -> pluginName(ClientInterceptors.intercept(channel, naming(authority)))))
          .as("authority %s", authority)
          .isEqualTo("udisk.csi.ucloud.cn");
    }
  }

  private static boolean probe(Channel channel) {
    return IdentityGrpc.newBlockingStub(channel)
        .withDeadlineAfter(10, TimeUnit.SECONDS)
        .probe(ProbeRequest.getDefaultInstance())
        .getReady()
        .getValue();
  }

  private static String pluginName(Channel channel) {
    return IdentityGrpc.newBlockingStub(channel)
        .withDeadlineAfter(10, TimeUnit.SECONDS)
        .getPluginInfo(GetPluginInfoRequest.getDefaultInstance())
        .getName();
  }

  private static ClientInterceptor naming(String authority) {
    return new ClientInterceptor() {
      @Override
      public <Q, A> ClientCall<Q, A> interceptCall(
          MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        return next.newCall(method, options.withAuthority(authority));
      }
    };
  }
}
