package cn.ucloud.csi.udisk.node.publish;

import cn.ucloud.csi.udisk.common.error.DriverException.Incompatible;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.node.mount.Mount;
import cn.ucloud.csi.udisk.node.mount.Unmounter;
import cn.ucloud.csi.udisk.node.request.Access;
import cn.ucloud.csi.udisk.node.request.PublishCommand;
import cn.ucloud.csi.udisk.node.stage.Host;
import cn.ucloud.csi.udisk.node.state.PublishRecords;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The rules for target paths that filesystems and raw disks share. */
final class TargetPaths {
  private final PublishRecords published;
  private final Unmounter unmounter;

  TargetPaths(Host host) {
    this.published = host.published();
    this.unmounter = host.unmounter();
  }

  void record(PublishCommand command, Path target) {
    published.write(command.volume(), target, command.options().fingerprint(), command.access());
  }

  /**
   * Checks that the volume was published at {@code target} by the same request. A read-only mount
   * that was cut short looks writable, so the record counts where there is one.
   *
   * @throws Incompatible if it was not
   */
  void requireSame(PublishCommand command, Path target, Mount mount) {
    Optional<String> asked = published.findOptions(command.volume(), target);
    boolean sameMode = mount.options().isReadOnly() == command.options().isReadOnly();
    boolean same = asked.map(command.options().fingerprint()::equals).orElse(sameMode);
    Optional<Access> access = published.findAccess(command.volume(), target);
    if (access.isPresent() && access.get() != command.access()) {
      throw new Incompatible(
          "volume "
              + command.volume()
              + " is published at "
              + target
              + " with another access mode, "
              + access.get());
    }
    if (!same) {
      throw new Incompatible(
          "volume "
              + command.volume()
              + " is published at "
              + target
              + " with other options, "
              + (mount.options().isReadOnly() ? "read-only" : "writable"));
    }
  }

  /**
   * Refuses a second target, if this one or another of the volume is for one writer alone.
   *
   * @param isShown whether the volume is really at a path that was recorded
   * @throws PreconditionFailed naming the others
   */
  void requireOnly(PublishCommand command, Path target, Predicate<Path> isShown) {
    List<Path> others =
        published.targets(command.volume()).stream()
            .filter(path -> !path.equals(target) && excludes(command, path) && isShown.test(path))
            .toList();
    if (!others.isEmpty()) {
      throw new PreconditionFailed(
          "volume "
              + command.volume()
              + " may be used at one path only and is published at "
              + others);
    }
  }

  /** Whether the volume may not be at {@code other} and at the target of {@code command}. */
  private boolean excludes(PublishCommand command, Path other) {
    return command.access() == Access.ONE_WRITER
        || published
            .findAccess(command.volume(), other)
            .filter(Access.ONE_WRITER::equals)
            .isPresent();
  }

  /**
   * Takes away whatever is mounted at the target path, and the empty file or directory below it;
   * does nothing if there is neither.
   *
   * @throws OutcomeUnknown if it stays mounted
   * @throws PreconditionFailed if something was written below the mount, to the node's own disk:
   *     that is not ours to delete
   */
  void remove(VolumeId volume, Path target) {
    unmounter.unmountAll(target);
    try {
      if (holdsData(target)) {
        throw notEmpty(volume, target);
      }
      Files.deleteIfExists(target);
    } catch (DirectoryNotEmptyException _) {
      throw notEmpty(volume, target);
    } catch (IOException e) {
      throw new OutcomeUnknown("cannot remove " + target + ": " + e.getMessage(), e);
    }
    published.remove(volume, target);
  }

  private static boolean holdsData(Path target) throws IOException {
    if (!Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    return Files.readAttributes(target, BasicFileAttributes.class).size() > 0;
  }

  private static PreconditionFailed notEmpty(VolumeId volume, Path target) {
    return new PreconditionFailed(
        "volume "
            + volume
            + " is unmounted, but "
            + target
            + " itself holds files and is not removed");
  }
}
