package cn.ucloud.csi.udisk.common.ucloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.concurrent.Permission;
import cn.ucloud.csi.udisk.common.config.Secret;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.ucloud.credentials.Credentials;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DeleteUDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DescribeUDisk;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Permission is asked before every single request that changes anything. */
class PermittedCallsTest {
  private static final DeleteUDisk MUTATION = new DeleteUDisk("cn-bj2-02", "bsm-1");
  private static final DescribeUDisk READ = DescribeUDisk.byId("bsm-1");

  private final AtomicInteger received = new AtomicInteger();
  private final Counting permission = new Counting();
  private HttpServer api;
  private volatile String answer = "{\"RetCode\":0}";

  @BeforeEach
  void start() throws IOException {
    api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    api.createContext(
        "/",
        exchange -> {
          try (exchange) {
            received.incrementAndGet();
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
          }
        });
    api.start();
  }

  @AfterEach
  void stop() {
    api.stop(0);
  }

  @Test
  void withoutPermissionReadsAreSentAndChangesAreNot() {
    permission.left = 0;
    assertThatThrownBy(() -> client().call(MUTATION)).isInstanceOf(Unavailable.class);
    assertThat(received).hasValue(0);
    assertThat(client().call(READ).items()).isEmpty();
    assertThat(received).hasValue(1);
  }

  @Test
  void aRepeatedTryIsAskedForAnew() {
    permission.left = 2;
    answer = "{\"RetCode\":153}";
    assertThatThrownBy(() -> client().call(MUTATION)).isInstanceOf(Unavailable.class);
    assertThat(received).hasValue(2);
  }

  @Test
  void aChangeIsUnderWayUntilItWasAnswered() {
    permission.left = 1;
    Done _ = client().call(MUTATION);
    assertThat(permission.underWay).isZero();
    assertThat(permission.most).isEqualTo(1);
  }

  private UCloudClient client() {
    return new UCloudClient(
        new UCloudConfig(
            URI.create("http://127.0.0.1:" + api.getAddress().getPort()),
            "cn-bj2",
            Optional.empty(),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5)),
        () -> new Credentials("key", Secret.of("secret"), Optional.empty()),
        FastTime.pace(),
        (action, outcome, took) -> {},
        permission);
  }

  private static final class Counting implements Permission {
    int left;
    int underWay;
    int most;

    @Override
    public void require() {
      if (left == 0) {
        throw new Unavailable("another process acts");
      }
    }

    @Override
    public Pass enter() {
      require();
      left--;
      underWay++;
      most = Math.max(most, underWay);
      return () -> underWay--;
    }
  }
}
