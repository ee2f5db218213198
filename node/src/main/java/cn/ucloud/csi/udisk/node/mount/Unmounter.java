package cn.ucloud.csi.udisk.node.mount;

import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.node.linux.DeadFilesystem;
import cn.ucloud.csi.udisk.node.linux.Errno;
import cn.ucloud.csi.udisk.node.mount.Mounter.Force;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes away everything that is mounted at a path, whatever it is. */
public final class Unmounter {
  private static final Logger LOG = LoggerFactory.getLogger(Unmounter.class);

  private final Mounter mounter;
  private final MountedDevices devices;

  public Unmounter(Mounter mounter, MountedDevices devices) {
    this.mounter = mounter;
    this.devices = devices;
  }

  /**
   * Unmounts until nothing is mounted at {@code realPath}; does nothing if nothing is.
   *
   * @throws OutcomeUnknown if something stays mounted, which the message explains
   */
  public void unmountAll(Path realPath) {
    Set<Integer> done = new HashSet<>();
    for (Optional<Mount> top = top(realPath); top.isPresent(); top = top(realPath)) {
      if (!done.add(top.get().id())) {
        throw new OutcomeUnknown(
            realPath + " is still mounted: another mount above it hides it from us");
      }
      unmount(top.get());
    }
  }

  private static Optional<Mount> top(Path realPath) {
    return MountTable.read().topAt(realPath);
  }

  private void unmount(Mount mount) {
    Optional<Errno> failure = mounter.unmount(mount.path(), Force.NONE);
    if (failure.isPresent() && isLost(mount)) {
      // Its data are lost already; a lazy unmount loses no more (known failure D6.33).
      LOG.warn(
          "device {} under {} is gone or its filesystem dead; unmounting lazily, because: {}",
          mount.device(),
          mount.path(),
          failure.get());
      failure = mounter.unmount(mount.path(), Force.LAZY);
    }
    if (failure.isPresent() && MountTable.read().at(mount.path()).contains(mount)) {
      throw new OutcomeUnknown(
          mount.path() + " is still mounted from " + mount.device() + ": " + failure.get());
    }
  }

  private boolean isLost(Mount mount) {
    return devices.isGone(mount) || DeadFilesystem.findReason(mount.path()).isPresent();
  }
}
