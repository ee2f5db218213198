package cn.ucloud.csi.udisk.common.ucloud.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.BadCredentials;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetadataCredentialsTest {
  private static final String NO_ROLE = "{\"RetCode\":161,\"Message\":\"Role not found\"}";

  private final HttpServer server;
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final MetadataCredentials source;
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private volatile String first = NO_ROLE;
  private volatile String second = NO_ROLE;

  MetadataCredentialsTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          asked.add(path);
          byte[] body =
              (path.contains("/v1/uam/security-credentials/Uk8sServiceCharacter") ? first : second)
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    URI metadata = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    source = new MetadataCredentials(new StsEndpoint(metadata, () -> now), () -> now);
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void itTellsSinceWhenAndUntilWhenTheKeysAreGood() {
    first = first("a", Duration.ofHours(1));
    assertThat(source.origin())
        .isEqualTo(new KeyOrigin(KeyOrigin.Kind.METADATA, Optional.empty(), Optional.empty()));
    source.current();
    assertThat(source.origin().since()).contains(now);
    assertThat(source.origin().until()).contains(now.plus(Duration.ofHours(1)));
  }

  @Test
  void theFirstProtocolIsAskedAndItsKeysAreKept() {
    first = first("a", Duration.ofHours(1));
    Credentials keys = source.current();
    assertThat(keys.publicKey()).isEqualTo("a");
    assertThat(keys.privateKey().reveal()).isEqualTo("private-a");
    assertThat(keys.securityToken().orElseThrow().reveal()).isEqualTo("token-a");
    assertThat(source.current()).isEqualTo(keys);
    assertThat(asked)
        .containsExactly("/meta-data/v1/uam/security-credentials/Uk8sServiceCharacter");
  }

  @Test
  void theSecondProtocolServesWhereTheFirstHasNoRole() {
    second = second("b", Duration.ofHours(1));
    assertThat(source.current().publicKey()).isEqualTo("b");
    assertThat(source.current().securityToken().orElseThrow().reveal()).isEqualTo("token-b");
  }

  @Test
  void keysAreReplacedBeforeTheyExpire() {
    first = first("a", Duration.ofHours(1));
    source.current();
    first = first("b", Duration.ofHours(2));
    pass(Duration.ofMinutes(49));
    assertThat(source.current().publicKey()).isEqualTo("a");
    pass(Duration.ofMinutes(2));
    assertThat(source.current().publicKey()).isEqualTo("b");
  }

  @Test
  void goodKeysServeOnWhileNoNewOnesCanBeHad() {
    first = first("a", Duration.ofHours(1));
    source.current();
    first = NO_ROLE;
    pass(Duration.ofMinutes(55));
    assertThat(source.current().publicKey()).isEqualTo("a");
    int before = asked.size();
    assertThat(source.current().publicKey()).isEqualTo("a");
    assertThat(asked).as("not asked again at once").hasSize(before);
    pass(Duration.ofMinutes(6));
    assertThatThrownBy(source::current)
        .isInstanceOf(BadCredentials.class)
        .hasMessageContaining("Uk8sServiceCharacter answered RetCode 161")
        .hasMessageContaining("ServiceRoleForUK8S answered RetCode 161");
  }

  @Test
  void refusedKeysAreReplacedOnceHoweverManyCallsHadThem() {
    first = first("a", Duration.ofHours(1));
    Credentials old = source.current();
    pass(Duration.ofMinutes(1));
    first = first("b", Duration.ofHours(1));
    source.refused(old);
    assertThat(source.current().publicKey()).isEqualTo("b");
    source.refused(old);
    source.refused(source.current());
    assertThat(source.current().publicKey()).isEqualTo("b");
    assertThat(asked).hasSize(2);
  }

  @Test
  void anUnreadableAnswerIsToldWithoutItsKeys() {
    first = first("a", Duration.ofHours(1)).replace("token-a", "");
    assertThatThrownBy(source::current)
        .isInstanceOf(BadCredentials.class)
        .hasMessageContaining("has no SecurityToken")
        .hasMessageNotContaining("private-a");
  }

  private void pass(Duration duration) {
    now = now.plus(duration);
  }

  private String first(String name, Duration life) {
    return """
    {"RetCode":0,"Message":"","Data":{"PublicKey":"%s","PrivateKey":"private-%s",
     "SecurityToken":"token-%s","Expiration":%d,"ProjectID":"org-1","RoleName":"UHostInstance"}}
    """
        .formatted(name, name, name, now.plus(life).getEpochSecond());
  }

  private String second(String name, Duration life) {
    return """
    {"RetCode":0,"Message":"","Data":{"AccessKeyId":"%s","AccessKeySecret":"private-%s",
     "SecurityToken":"token-%s","Expiration":"%s","ProjectID":"org-1"}}
    """
        .formatted(name, name, name, now.plus(life));
  }
}
