package cn.ucloud.csi.udisk.common.ucloud;

import cn.ucloud.csi.udisk.common.config.Secret;
import cn.ucloud.csi.udisk.common.error.DriverException.BadCredentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    try {
      Path data = directory.resolve("..data");
      Path snapshot = Files.exists(data) ? data.toRealPath() : directory;
      return new Credentials(
          read(snapshot, "public-key"), Secret.of(read(snapshot, "private-key")), Optional.empty());
    } catch (IOException e) {
      throw new BadCredentials("credentials cannot be read: " + e);
    }
  }

  private static String read(Path directory, String name) throws IOException {
    String text = Files.readString(directory.resolve(name)).strip();
    if (text.isEmpty()) {
      throw new IOException(directory.resolve(name) + " is empty");
    }
    return text;
  }
}
