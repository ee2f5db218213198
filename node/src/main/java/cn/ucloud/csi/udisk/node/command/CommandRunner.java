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
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.HostTimedOut if it did not end within
   *     {@code limit}; it and its children were killed, and what they did until then is not known.
   *     One that hangs in the kernel may even go on
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.Unavailable if a program that was
   *     killed before, and has the same last argument, which names the disk, has not ended yet;
   *     nothing was started
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown if this thread was
   *     interrupted; the program was killed likewise
   */
  CommandResult run(Duration limit, List<String> command);
}
