package cn.ucloud.csi.udisk.node.linux;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * A filesystem that is mounted and will never work again: it was shut down after an error of its
 * disk, or its server has ended. Only unmounting helps, of all its mounts.
 */
public final class DeadFilesystem {
  /** EIO, ENXIO, ENODEV, ENOTCONN, ESHUTDOWN, ESTALE. */
  private static final Set<Integer> DEAD = Set.of(5, 6, 19, 107, 108, 116);

  private static final int EROFS = 30;

  private DeadFilesystem() {}

  /**
   * Why the filesystem at {@code directory} is dead; empty if it answers, or something else is
   * wrong. Not every death shows: ext4 answers from memory for a while.
   */
  public static Optional<Errno> findReason(Path directory) {
    try (OpenFile _ = OpenFile.read(directory)) {
      return Optional.empty();
    } catch (FailedCall e) {
      return Optional.of(e.errno()).filter(errno -> DEAD.contains(errno.number()));
    }
  }

  /**
   * Why nothing can be written any more below a directory that is mounted writable; empty if it
   * can, or something else is wrong. For a moment a file without a name is there.
   */
  public static Optional<Errno> findReasonByWriting(Path directory) {
    try (OpenFile _ = OpenFile.withoutName(directory)) {
      return Optional.empty();
    } catch (FailedCall e) {
      return Optional.of(e.errno())
          .filter(errno -> errno.number() == EROFS || DEAD.contains(errno.number()));
    }
  }
}
