package cn.ucloud.csi.udisk.common.ucloud;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.ucloud.UCloudException.NotSent;
import cn.ucloud.csi.udisk.common.ucloud.http.CaBundle;
import cn.ucloud.csi.udisk.common.ucloud.http.HttpProxies;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DescribeUDisk;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway whose certificate nobody but its own authority has signed. */
class CaBundleTest {
  private static final char[] PASSWORD = "of-tests".toCharArray();
  private static final String ANSWER = "{\"RetCode\":0,\"TotalCount\":0,\"DataSet\":[]}";

  @TempDir private Path directory;

  @Test
  void theApiIsAskedWhereTheBundleHasItsAuthority() throws Exception {
    KeyStore keys = newKeys("gateway");
    try (Gateway gateway = new Gateway(keys)) {
      CaBundle bundle = CaBundle.read(pem("ca.crt", keys));
      assertThat(disks(gateway, Optional.of(bundle))).isZero();
    }
  }

  @Test
  void withoutTheBundleOrWithAnothersNothingIsSent() throws Exception {
    try (Gateway gateway = new Gateway(newKeys("gateway"))) {
      CaBundle other = CaBundle.read(pem("other.crt", newKeys("other")));
      for (Optional<CaBundle> bundle : List.of(Optional.<CaBundle>empty(), Optional.of(other))) {
        assertThatThrownBy(() -> disks(gateway, bundle))
            .isInstanceOf(NotSent.class)
            .hasMessageContaining("its certificate is signed by an authority that is not trusted")
            .hasMessageContaining("--ucloud-ca-bundle");
      }
    }
  }

  @Test
  void whatTheJvmTrustsIsTrustedAllTheSame() throws Exception {
    trustedByTheJvm(
        directory.resolve("gateway.p12"),
        () -> {
          try (Gateway gateway = new Gateway(newKeys("gateway"))) {
            CaBundle other = CaBundle.read(pem("other.crt", newKeys("other")));
            assertThat(disks(gateway, Optional.of(other))).isZero();
          }
          return null;
        });
  }

  private static void trustedByTheJvm(Path store, Callable<?> work) throws Exception {
    System.setProperty("javax.net.ssl.trustStore", store.toString());
    System.setProperty("javax.net.ssl.trustStorePassword", new String(PASSWORD));
    try {
      var _ = work.call();
    } finally {
      System.clearProperty("javax.net.ssl.trustStore");
      System.clearProperty("javax.net.ssl.trustStorePassword");
    }
  }

  @Test
  void aFileWithoutCertificatesIsRefusedInOneSentence() throws IOException {
    Path file = directory.resolve("ca.crt");
    assertThatThrownBy(() -> CaBundle.read(file))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageContaining("the file " + file + " does not exist");
    assertThatThrownBy(() -> CaBundle.read(Files.createFile(file)))
        .hasMessageContaining("the file " + file + " holds no certificate");
    for (String text : new String[] {"not a certificate", "-----BEGIN CERTIFICATE-----\nMIIB\n"}) {
      Files.writeString(file, text);
      assertThatThrownBy(() -> CaBundle.read(file))
          .hasMessageContaining("the file " + file + " is not made of certificates in PEM");
    }
  }

  private static int disks(Gateway gateway, Optional<CaBundle> bundle) {
    UCloudConfig config =
        new UCloudConfig(
            gateway.endpoint(),
            "cn-bj2",
            Optional.empty(),
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            HttpProxies.NONE,
            bundle);
    UCloudClient client =
        new UCloudClient(
            config,
            () -> FakeUCloudApi.KEYS,
            FastTime.pace(),
            (_, _, _) -> {},
            Duration.ofMillis(1));
    return client.call(DescribeUDisk.byId("bsm-1")).items().size();
  }

  /** By the JDK's own tool, which is the only thing in it that signs certificates. */
  private KeyStore newKeys(String name) throws Exception {
    Path file = directory.resolve(name + ".p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                name,
                "-dname",
                "CN=" + name,
                "-ext",
                "san=ip:127.0.0.1",
                "-keyalg",
                "EC",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD))
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      keys.load(in, PASSWORD);
    }
    return keys;
  }

  private Path pem(String name, KeyStore keys) throws Exception {
    String alias = keys.aliases().nextElement();
    String base64 = Base64.getMimeEncoder().encodeToString(keys.getCertificate(alias).getEncoded());
    return Files.writeString(
        directory.resolve(name),
        "# the gateway's\n-----BEGIN CERTIFICATE-----\n"
            + base64
            + "\n-----END CERTIFICATE-----\n");
  }

  /** Answers everything with no disks, by TLS. */
  private static final class Gateway implements AutoCloseable {
    private final HttpsServer server;

    Gateway(KeyStore keys) throws Exception {
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(keys, PASSWORD);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(factory.getKeyManagers(), null, null);
      server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setHttpsConfigurator(new HttpsConfigurator(context));
      server.createContext(
          "/",
          exchange -> {
            try (exchange) {
              exchange.getRequestBody().readAllBytes();
              exchange.sendResponseHeaders(200, ANSWER.length());
              exchange.getResponseBody().write(ANSWER.getBytes(UTF_8));
            }
          });
      server.start();
    }

    URI endpoint() {
      return URI.create("https://127.0.0.1:" + server.getAddress().getPort());
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }
}
