package cn.ucloud.csi.udisk.node.command;

import java.time.Duration;
import java.util.List;

/** Runs one program of this host and waits for its end. */
public interface CommandRunner {

  /**
   * Runs {@code command} with the C locale, an empty standard input and no shell. Any exit code is
   * a result; the caller knows what it means. The last argument is the device or the mount point
   * that the program works on.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.HostRefused if it could not be
   *     started, so certainly nothing happened
   * @param limit a program that has not ended is killed when it has read and written nothing for
   *     this long, at the latest after twice as long. One that works is let work, since it would
   *     have to do the same again
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.HostTimedOut if it and its children
   *     were killed, and what they did until then is not known. One that hangs in the kernel may
   *     even go on
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.Unavailable if a program that was
   *     killed before, and has the same last argument, which names the disk, has not ended yet;
   *     nothing was started
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown if this thread was
   *     interrupted; the program was killed likewise
   */
  CommandResult run(Duration limit, List<String> command);

  /**
   * The same for a program that might take more memory than there is: it is refused what is beyond
   * its bounds and, if memory gets short all the same, the first to be killed, so that neither this
   * process nor any other ends in its place.
   */
  default CommandResult run(Bounds bounds, List<String> command) {
    return run(bounds.limit(), command);
  }
}
