package cn.ucloud.csi.udisk.common.ucloud.credentials;

import static java.nio.charset.StandardCharsets.UTF_8;

import cn.ucloud.csi.udisk.common.config.Secret;
import cn.ucloud.csi.udisk.common.error.DriverException.BadCredentials;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * A key pair from the files {@code public-key} and {@code private-key} of a mounted Secret, read
 * anew for every call.
 *
 * <p>Kubernetes swaps all files of a Secret at once by moving the link {@code ..data}; both files
 * are read through one target of that link, so that halves of two pairs never meet.
 */
public final class FileCredentials implements CredentialsSource {
  private final Path directory;

  public FileCredentials(Path directory) {
    this.directory = directory;
  }

  @Override
  public Credentials current() {
    Path snapshot = snapshot();
    while (true) {
      try {
        return new Credentials(
            read(snapshot, "public-key"),
            Secret.of(read(snapshot, "private-key")),
            Optional.empty());
      } catch (IOException e) {
        // The files that the link pointed to are deleted as soon as it has moved.
        Path now = snapshot();
        if (now.equals(snapshot)) {
          throw new BadCredentials("credentials cannot be read: " + e.getMessage());
        }
        snapshot = now;
      }
    }
  }

  /** Since when the files are there that are read now. */
  @Override
  public KeyOrigin origin() {
    Optional<Instant> since;
    try {
      since = Optional.of(Files.getLastModifiedTime(snapshot().resolve("private-key")).toInstant());
    } catch (IOException e) {
      since = Optional.empty();
    }
    return new KeyOrigin(KeyOrigin.Kind.FILES, since, Optional.empty());
  }

  /** Where both files are now; asks for the link alone, as its target may be gone already. */
  private Path snapshot() {
    try {
      return directory.resolve(Files.readSymbolicLink(directory.resolve("..data")));
    } catch (IOException e) {
      return directory; // plain files, not a mounted Secret
    }
  }

  private static String read(Path directory, String name) throws IOException {
    Path file = directory.resolve(name);
    String key = text(file).strip();
    if (key.isEmpty()) {
      throw new IOException(file + " is empty");
    }
    Optional<String> problem = KeyText.findProblem(key);
    if (problem.isPresent()) {
      throw new IOException(file + " " + problem.get());
    }
    return key;
  }

  private static String text(Path file) throws IOException {
    byte[] content = content(file);
    if (KeyText.isUtf16(content)) {
      throw new IOException(file + " is UTF-16; save it as UTF-8 without a byte order mark");
    }
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException e) {
      throw new IOException(file + " is not readable as text: it is not UTF-8", e);
    }
  }

  private static byte[] content(Path file) throws IOException {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new IOException(file + " does not exist", e);
    } catch (IOException e) {
      throw new IOException(file + " is not readable (" + e + ")", e);
    }
  }
}
