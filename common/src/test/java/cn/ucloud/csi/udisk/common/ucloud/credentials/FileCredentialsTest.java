package cn.ucloud.csi.udisk.common.ucloud.credentials;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.config.Secret;
import cn.ucloud.csi.udisk.common.error.DriverException.BadCredentials;
import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
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
  void itTellsSinceWhenItsFilesAreThere() throws IOException {
    Instant then = Instant.parse("2026-11-30T11:00:00Z");
    Files.setLastModifiedTime(directory.resolve("private-key"), FileTime.from(then));
    assertThat(new FileCredentials(directory).origin())
        .isEqualTo(new KeyOrigin(KeyOrigin.Kind.FILES, Optional.of(then), Optional.empty()));
    Files.delete(directory.resolve("private-key"));
    assertThat(new FileCredentials(directory).origin().since()).isEmpty();
  }

  @Test
  void keysThatAreTypedAreCheckedAndNotShown() {
    Credentials keys = Credentials.of("public", "pri/vate+1=");
    assertThat(keys.privateKey().reveal()).isEqualTo("pri/vate+1=");
    for (String wrong : List.of("", "s3cret key", "\"s3cret\"", "s3cret\u00e9")) {
      assertThatThrownBy(() -> Credentials.of("public", wrong))
          .isInstanceOf(InvalidRequest.class)
          .hasMessageStartingWith("the private key ")
          .hasMessageNotContaining("s3cret");
    }
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
    Files.write(directory.resolve(name), new byte[] {'k', (byte) 0xc3, 'k'});
    assertNames(directory.resolve(name) + " is not readable as text: it is not UTF-8");
  }

  /** What editors, web pages and templates leave in a key; the cloud would only say 171. */
  @ParameterizedTest
  @MethodSource("spoiled")
  void whatNobodySeesInAKeyIsNamed(Charset charset, String content, String problem)
      throws IOException {
    for (String name : List.of("public-key", "private-key")) {
      write();
      Files.write(directory.resolve(name), content.getBytes(charset));
      assertNames(directory.resolve(name) + " " + problem);
    }
  }

  static Stream<Arguments> spoiled() {
    return Stream.of(
        Arguments.of(UTF_8, "\uFEFFkey", "begins with a byte order mark"),
        Arguments.of(UTF_8, "key\u00A0", "contains a no-break space (U+00A0)"),
        Arguments.of(UTF_8, "k\u200Bey", "contains the invisible character U+200B"),
        Arguments.of(UTF_8, "\"key\"\n", "begins or ends with a quotation mark"),
        Arguments.of(UTF_8, "'key'", "begins or ends with a quotation mark"),
        Arguments.of(UTF_8, "\u201Ckey\u201D", "begins or ends with a quotation mark"),
        Arguments.of(UTF_8, "ke\0y", "contains a NUL character"),
        Arguments.of(UTF_8, "key\nkey", "contains a line break"),
        Arguments.of(UTF_8, "key key", "contains a blank"),
        Arguments.of(UTF_8, "k\u00E9y", "contains U+00E9"),
        Arguments.of(UTF_16, "key", "is UTF-16"),
        Arguments.of(UTF_16LE, "key", "is UTF-16"),
        Arguments.of(UTF_16BE, "key", "is UTF-16"));
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
