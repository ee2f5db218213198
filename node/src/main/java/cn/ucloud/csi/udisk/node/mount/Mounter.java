package cn.ucloud.csi.udisk.node.mount;

import cn.ucloud.csi.udisk.node.linux.Errno;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Changes the mount table. Paths must be real paths; nothing here looks at what is mounted already.
 */
public interface Mounter {

  /** How hard to unmount. */
  enum Force {
    /** Only if nothing uses it; all data are on the disk afterwards. */
    NONE,
    /** Out of sight at once, gone when the last user is; for devices that are gone themselves. */
    LAZY
  }

  /**
   * Mounts a device.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.HostRefused if the kernel refuses;
   *     then nothing is mounted
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.Unavailable if the disk answered with
   *     an error; then nothing is mounted either
   */
  void mount(Path device, Path target, String type, MountOptions options);

  /**
   * Makes {@code target} show what {@code source} shows, with the flags of {@code source}.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.HostRefused if the kernel refuses;
   *     then nothing is mounted
   */
  void bind(Path source, Path target);

  /**
   * Gives one bind mount exactly these per-mount flags; the kernel ignores them in {@link #bind}.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown if the kernel refuses;
   *     then the bind mount is still there with its old flags
   */
  void remountBind(Path target, MountOptions options);

  /** Unmounts the topmost mount at {@code target}; the answer is why not, or empty if done. */
  Optional<Errno> unmount(Path target, Force force);
}
