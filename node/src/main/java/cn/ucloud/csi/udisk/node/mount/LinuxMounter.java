package cn.ucloud.csi.udisk.node.mount;

import cn.ucloud.csi.udisk.common.concurrent.TimeSpent;
import cn.ucloud.csi.udisk.common.error.DriverException.HostRefused;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.node.linux.Errno;
import cn.ucloud.csi.udisk.node.linux.SystemCall;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/** Mounts by mount(2) and umount2(2), whose errno says more than mount(8)'s text; may wait long. */
public final class LinuxMounter implements Mounter {
  private static final long MS_REMOUNT = 32;
  private static final long MS_BIND = 4096;
  private static final int MNT_DETACH = 2;

  /** Never follow a link that somebody put in place of a mount point. */
  private static final int UMOUNT_NOFOLLOW = 8;

  @Override
  public void mount(Path device, Path target, String type, MountOptions options) {
    failure(() ->
            SystemCall.MOUNT.make(
                device.toString(), target.toString(), type, options.flags(), options.data()))
        .ifPresent(errno -> {
          String sentence =
              "mounting %s (%s) at %s failed: %s".formatted(device, type, target, errno);
          throw errno.equals(Errno.EIO) ? new Unavailable(sentence) : new HostRefused(sentence);
        });
  }

  @Override
  public void bind(Path source, Path target) {
    failure(() -> SystemCall.MOUNT.make(source.toString(), target.toString(), "", MS_BIND, ""))
        .ifPresent(errno -> {
          throw new HostRefused("binding " + source + " to " + target + " failed: " + errno);
        });
  }

  @Override
  public void remountBind(Path target, MountOptions options) {
    long flags = MS_REMOUNT | MS_BIND | options.perMount().flags();
    failure(() -> SystemCall.MOUNT.make("none", target.toString(), "", flags, ""))
        .ifPresent(errno -> {
          throw new OutcomeUnknown("setting the flags of " + target + " failed: " + errno);
        });
  }

  @Override
  public Optional<Errno> unmount(Path target, Force force) {
    int flags =
        switch (force) {
          case NONE -> UMOUNT_NOFOLLOW;
          case LAZY -> UMOUNT_NOFOLLOW | MNT_DETACH;
        };
    return failure(() -> SystemCall.UMOUNT2.make(target.toString(), flags));
  }

  private static Optional<Errno> failure(Supplier<SystemCall.Answer> call) {
    return TimeSpent.on(TimeSpent.Part.MOUNT, call).failure();
  }
}
