package cn.ucloud.csi.udisk.node.mount;

import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Paths of the kubelet in the spelling of the mount table.
 *
 * <p>{@code /var/lib/kubelet} may be a link to {@code /data/kubelet}; mountinfo only knows the
 * latter (decision 16).
 */
public final class HostPath {
  private HostPath() {}

  /**
   * Resolves every link above the last name, as far as the path exists. The last name is not
   * touched: a look at a mount point whose device is gone can fail or hang.
   *
   * @throws Unavailable if a directory above cannot be looked at
   */
  public static Path real(Path path) {
    Path parent = path.getParent();
    Path name = path.getFileName();
    return parent == null || name == null ? path : existing(parent).resolve(name);
  }

  private static Path existing(@Nullable Path directory) {
    if (directory == null) {
      return Path.of("/");
    }
    Path name = directory.getFileName();
    if (name == null || Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      try {
        return directory.toRealPath();
      } catch (IOException e) {
        throw new Unavailable("cannot resolve " + directory + ": " + e.getMessage(), e);
      }
    }
    return existing(directory.getParent()).resolve(name);
  }

  /**
   * Makes the directory to mount on, if it is missing.
   *
   * @throws PreconditionFailed if something else than a directory is there
   * @throws Unavailable if it cannot be made
   */
  public static void ensureDirectory(Path realPath) {
    try {
      if (!Files.exists(realPath, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectories(realPath);
      }
    } catch (IOException e) {
      throw new Unavailable("cannot make the directory " + realPath + ": " + e.getMessage(), e);
    }
    if (!Files.isDirectory(realPath, LinkOption.NOFOLLOW_LINKS)) {
      throw new PreconditionFailed(realPath + " is not a directory");
    }
  }

  /**
   * Makes the empty file to bind a device file on, if it is missing.
   *
   * @throws PreconditionFailed if something else than an empty file is there
   * @throws Unavailable if it cannot be made
   */
  public static void ensureFile(Path realPath) {
    Path parent = realPath.getParent();
    try {
      if (parent != null) {
        Files.createDirectories(parent);
      }
      if (!Files.exists(realPath, LinkOption.NOFOLLOW_LINKS)) {
        Files.createFile(realPath);
      }
      if (!Files.isRegularFile(realPath, LinkOption.NOFOLLOW_LINKS) || Files.size(realPath) > 0) {
        throw new PreconditionFailed(realPath + " is not an empty file");
      }
    } catch (IOException e) {
      throw new Unavailable("cannot make the file " + realPath + ": " + e.getMessage(), e);
    }
  }
}
