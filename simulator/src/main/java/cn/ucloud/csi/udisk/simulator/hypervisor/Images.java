package cn.ucloud.csi.udisk.simulator.hypervisor;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The sparse files that disks and snapshots are. */
final class Images {
  private Images() {}

  /** Copies only what was written; a file that is there stays as it is. */
  static void copy(Path source, Path target) {
    if (!Files.exists(target)) {
      replace(target, source);
    }
  }

  /** Makes a new file of the same content; who has the old one open has nothing to do with it. */
  static void renew(Path image) {
    replace(image, image);
  }

  private static void replace(Path target, Path source) {
    Path draft = target.resolveSibling(target.getFileName() + ".new");
    try {
      Files.createDirectories(target.getParent());
      Command.run("cp", "--sparse=always", "--reflink=auto", source.toString(), draft.toString());
      Files.move(draft, target, ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot copy " + source + " to " + target, e);
    }
  }

  static void delete(Path image) {
    try {
      Files.deleteIfExists(image);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + image, e);
    }
  }
}
