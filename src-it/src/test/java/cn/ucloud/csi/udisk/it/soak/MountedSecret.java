package cn.ucloud.csi.udisk.it.soak;

import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig.Keys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A Secret with a key pair as kubelet mounts it: both files are exchanged at once. */
final class MountedSecret {
  private final Path directory;

  MountedSecret(Path directory) {
    this.directory = directory;
  }

  Path directory() {
    return directory;
  }

  void write(Keys keys) {
    try {
      Path next = Files.createDirectories(directory.resolve(".." + keys.publicKey()));
      Files.writeString(next.resolve("public-key"), keys.publicKey());
      Files.writeString(next.resolve("private-key"), keys.privateKey());
      Path link = Files.createSymbolicLink(directory.resolve("..data_tmp"), next.getFileName());
      var _ = Files.move(link, directory.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
