package cn.ucloud.csi.udisk.common.grpc.socket;

import cn.ucloud.csi.udisk.common.error.CannotStart;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/** The file of one bound unix socket, which only its owner may remove. */
public record SocketFile(Path path, @Nullable Object fileKey, FileTime boundAt) {
  private static final int TYPE_BITS = 0170000;
  private static final int SOCKET_TYPE = 0140000;

  /** The socket just bound at this path. */
  public static SocketFile of(Path path) throws IOException {
    BasicFileAttributes now =
        Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    return new SocketFile(path, now.fileKey(), now.lastModifiedTime());
  }

  /**
   * Makes room for a socket at this path: what a dead process left is removed, nothing else is.
   *
   * @throws CannotStart if the directory is missing, or if what is there is no socket, is in use,
   *     or cannot be told to be unused
   */
  public static void clear(Path path) {
    Path directory = path.toAbsolutePath().getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      throw new CannotStart(
          "cannot make the socket " + path + ": there is no directory " + directory);
    }
    try {
      int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
      if ((mode & TYPE_BITS) != SOCKET_TYPE) {
        throw new CannotStart(
            "cannot make the socket " + path + ": something that is no socket is there");
      }
      requireUnused(path);
      Files.deleteIfExists(path);
    } catch (NoSuchFileException e) {
      // Nothing in the way.
    } catch (IOException e) {
      throw new CannotStart("cannot make the socket " + path + ": " + e, e);
    }
  }

  /** Whether the file is there and no successor has bound its own socket in its place. */
  public boolean isStillOurs() {
    try {
      // The time too, because ext4 gives the inode number of a removed file to the next one.
      return of(path).equals(this);
    } catch (IOException e) {
      return false;
    }
  }

  /** Removes the file, but never a successor's. */
  public void deleteIfStillOurs() throws IOException {
    if (isStillOurs()) {
      Files.deleteIfExists(path);
    }
  }

  private static void requireUnused(Path path) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      // A listener that is alive but stuck, with a full backlog, would block us here.
      channel.configureBlocking(false);
      channel.connect(UnixDomainSocketAddress.of(path));
    } catch (ConnectException e) {
      return;
    }
    throw new CannotStart(
        "cannot make the socket " + path + ": another process is listening on it");
  }
}
