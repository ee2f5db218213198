package cn.ucloud.csi.udisk.common.ucloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.config.Secret;
import cn.ucloud.csi.udisk.common.error.DriverException.BadCredentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileCredentialsTest {
  private final Path directory;
  private final CredentialsSource credentials;

  FileCredentialsTest(@TempDir Path directory) {
    this.directory = directory;
    this.credentials = new FileCredentials(directory);
  }

  @BeforeEach
  void write() throws IOException {
    Files.writeString(directory.resolve("public-key"), "public-1\n");
    Files.writeString(directory.resolve("private-key"), "  private-1\r\n");
  }

  @Test
  void whiteSpaceAroundAKeyIsNotPartOfIt() {
    assertThat(credentials.current())
        .isEqualTo(new Credentials("public-1", Secret.of("private-1"), Optional.empty()));
  }

  @Test
  void theFilesAreReadAnewForEveryCall() throws IOException {
    credentials.current();
    Files.writeString(directory.resolve("public-key"), "public-2");
    assertThat(credentials.current().publicKey()).isEqualTo("public-2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"public-key", "private-key"})
  void aMissingFileIsNamed(String name) throws IOException {
    Files.delete(directory.resolve(name));
    assertNames(directory.resolve(name) + " does not exist");
  }

  @ParameterizedTest
  @ValueSource(strings = {"public-key", "private-key"})
  void anEmptyFileIsNamed(String name) throws IOException {
    Files.writeString(directory.resolve(name), " \n");
    assertNames(directory.resolve(name) + " is empty");
  }

  @ParameterizedTest
  @ValueSource(strings = {"public-key", "private-key"})
  void aFileThatIsNoTextIsNamed(String name) throws IOException {
    Files.write(directory.resolve(name), new byte[] {(byte) 0xff, (byte) 0xfe, 'k'});
    assertNames(directory.resolve(name) + " is not readable");
  }

  @Test
  void aDirectoryInPlaceOfAFileIsNamed() throws IOException {
    Files.delete(directory.resolve("private-key"));
    Files.createDirectory(directory.resolve("private-key"));
    assertNames(directory.resolve("private-key") + " is not readable");
  }

  @Test
  void credentialsNeverPrintThemselves() {
    assertThat(credentials.current()).hasToString("Credentials[***]");
  }

  private void assertNames(String problem) {
    assertThatThrownBy(credentials::current)
        .isInstanceOf(BadCredentials.class)
        .hasMessageContaining(problem)
        .message()
        .doesNotContain("public-1", "private-1");
  }

  @Test
  void aMountedSecretIsReadThroughItsLink() throws IOException {
    Path secret = Files.createDirectory(directory.resolve("mounted"));
    CredentialsSource source = new FileCredentials(secret);
    mount(secret, 1);
    assertThat(source.current().privateKey().reveal()).isEqualTo("private-1");
    mount(secret, 2);
    assertThat(source.current())
        .isEqualTo(new Credentials("public-2", Secret.of("private-2"), Optional.empty()));
  }

  @Test
  void halvesOfTwoPairsNeverMeetAndARotationIsNeverNoticed() throws Exception {
    Path secret = Files.createDirectory(directory.resolve("mounted"));
    CredentialsSource source = new FileCredentials(secret);
    mount(secret, 0);
    Set<String> seen = new HashSet<>();
    try (ExecutorService kubelet = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Integer> rotation = kubelet.submit(() -> rotate(secret));
      while (!rotation.isDone()) {
        Credentials keys = source.current();
        assertThat(keys.publicKey().replace("public", "private"))
            .isEqualTo(keys.privateKey().reveal());
        seen.add(keys.publicKey());
      }
      assertThat(source.current().publicKey()).isEqualTo("public-" + rotation.get());
    }
    assertThat(seen).hasSizeGreaterThan(5);
  }

  private static int rotate(Path secret) throws IOException {
    int version = 0;
    while (version < 500) {
      mount(secret, ++version);
    }
    return version;
  }

  /** Does what kubelet does: new directory, new link over the old one, old directory away. */
  private static void mount(Path secret, int version) throws IOException {
    Path data = secret.resolve("..data");
    Optional<Path> old =
        Files.exists(data) ? Optional.of(data.toRealPath()) : Optional.<Path>empty();
    Path next = Files.createDirectory(secret.resolve("..2026_" + version));
    for (String half : Set.of("public", "private")) {
      Files.writeString(next.resolve(half + "-key"), half + "-" + version);
    }
    Path link = secret.resolve("..data_tmp");
    Files.createSymbolicLink(link, next.getFileName());
    Files.move(link, data, StandardCopyOption.ATOMIC_MOVE);
    if (old.isEmpty()) {
      Files.createSymbolicLink(secret.resolve("public-key"), Path.of("..data", "public-key"));
      Files.createSymbolicLink(secret.resolve("private-key"), Path.of("..data", "private-key"));
      return;
    }
    Files.delete(old.get().resolve("public-key"));
    Files.delete(old.get().resolve("private-key"));
    Files.delete(old.get());
  }
}
