package cn.ucloud.csi.udisk.node.filesystem;

import static cn.ucloud.csi.udisk.node.program.ProgramMemory.mib;

import cn.ucloud.csi.udisk.common.error.DriverException.HostRefused;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.node.command.Bounds;
import cn.ucloud.csi.udisk.node.command.CommandResult;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import cn.ucloud.csi.udisk.node.filesystem.superblock.Ext4Superblock;
import cn.ucloud.csi.udisk.node.program.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Runs e2fsck with a bound on its memory, so that it fails by itself before the kernel kills it,
 * and with it this process: a kubelet of our days has all processes of a container killed together.
 */
final class Ext4Check {
  /** How long it may do nothing; it may take hours. */
  private static final Duration LIMIT = Duration.ofMinutes(30);

  /** Of the limit that is asked for, in bytes. */
  private static final long STEP = 256L << 20;

  private static final String FORCED = "-f";

  private static final int FAILED = 8;
  private static final int ABORTED = 128 + 6;
  private static final int KILLED = 128 + 9;

  /** Tells e2fsck to keep its maps as arrays of bits, whose size is known before. */
  private static final String ARRAYS = "[bitmaps]\nall = 1\n";

  private static final List<String> DISK_ERRORS =
      List.of("Input/output error", "resulted in short read", "resulted in short write");

  private final Programs programs;

  Ext4Check(Programs programs) {
    this.programs = programs;
  }

  /**
   * Checks a filesystem. One whose superblock asks for nothing gets its journal replayed, for which
   * a little memory is enough; should more turn out to be needed, it is checked anew with more.
   *
   * @param options of e2fsck
   * @throws HostRefused if it needs more memory than there is
   * @throws Unavailable if the disk answers with errors
   */
  CommandResult run(BlockDevice device, String... options) {
    List<String> command = new ArrayList<>(List.of("e2fsck"));
    command.addAll(Arrays.asList(options));
    command.add(device.node().toString());
    if (!command.contains(FORCED) && !Ext4Superblock.read(device).asksForCheck()) {
      CommandResult result = programs.look(LIMIT, device, command);
      if (!lacksMemory(result)) {
        return requireDisk(device, result);
      }
    }
    return requireDisk(device, checkAll(device, command));
  }

  private CommandResult checkAll(BlockDevice device, List<String> command) {
    CheckMemory need = CheckMemory.of(Ext4Superblock.read(device));
    long most = programs.mostForCheck();
    if (need.least() > most) {
      throw tooLarge(
          device, "at least %s, and has %s".formatted(mib(need.least()), mib(most)), need.least());
    }
    if (need.withArrays() > most) {
      return check(device, command, Map.of(), most, most);
    }
    Path config = writeConfig();
    try {
      Map<String, String> environment = Map.of("E2FSCK_CONFIG", config.toString());
      return check(device, command, environment, Math.min(need.usual(), most), most);
    } finally {
      delete(config);
    }
  }

  private CommandResult check(
      BlockDevice device,
      List<String> command,
      Map<String, String> environment,
      long memory,
      long most) {
    Bounds bounds = new Bounds(LIMIT, memory, environment);
    CommandResult result = programs.check(bounds, device, command);
    if (!lacksMemory(result)) {
      return result;
    }
    if (memory < most) {
      return check(device, command, environment, most, most);
    }
    throw tooLarge(
        device,
        "more than the %s that it had (%s)".formatted(mib(most), result.sentence()),
        2 * most);
  }

  /**
   * e2fsck calls also that an inconsistency, and asks to be run by hand; but there it would write
   * zeros over what cannot be read, which is in order again as soon as the disk is.
   */
  private static CommandResult requireDisk(BlockDevice device, CommandResult result) {
    Stream.of(result.errors(), result.output())
        .flatMap(String::lines)
        .filter(line -> DISK_ERRORS.stream().anyMatch(line::contains))
        .findFirst()
        .ifPresent(error -> {
          throw new Unavailable(
              "the ext4 of %s cannot be checked as long as its disk answers with errors: %s"
                  .formatted(device, error.strip()));
        });
    return result;
  }

  private static boolean lacksMemory(CommandResult result) {
    String said = result.output() + result.errors();
    return result.exitCode() == KILLED
        || result.exitCode() == ABORTED
        || ((result.exitCode() & FAILED) != 0
            && (said.contains("llocat") || said.contains("SIGABRT")));
  }

  private static HostRefused tooLarge(BlockDevice device, String need, long bytes) {
    long limit = bytes + Programs.besidesCheck();
    return new HostRefused(
        "not enough memory to check the filesystem of %s: e2fsck needs %s; raise the memory limit of"
                .formatted(device, need)
            + " the node's container (node.resources.limits.memory of the chart) to %dMi, or run"
                .formatted((limit / STEP + 1) * (STEP >> 20))
            + " e2fsck by hand on a larger machine");
  }

  private static Path writeConfig() {
    try {
      return Files.writeString(Files.createTempFile("e2fsck", ".conf"), ARRAYS);
    } catch (IOException e) {
      throw new HostRefused("cannot write a configuration for e2fsck: " + e.getMessage(), e);
    }
  }

  private static void delete(Path config) {
    try {
      Files.deleteIfExists(config);
    } catch (IOException _) {
      // It is read no more, and a few bytes long.
    }
  }
}
