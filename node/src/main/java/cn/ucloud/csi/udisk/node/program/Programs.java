package cn.ucloud.csi.udisk.node.program;

import cn.ucloud.csi.udisk.node.command.Bounds;
import cn.ucloud.csi.udisk.node.command.CommandResult;
import cn.ucloud.csi.udisk.node.command.CommandRunner;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The programs that work on whole disks: as many at a time as there is memory for. What takes
 * seconds never waits for a complete check, which may take hours.
 */
public final class Programs {
  /** What the JVM may come to take, with what the kernel counts for it. */
  private static final long JVM_BYTES = 160L << 20;

  private static final long MOST_FOR_BRIEF_ONES = 64L << 20;

  private final CommandRunner commands;
  private final ProgramMemory brief;
  private final ProgramMemory checks;

  /**
   * @param limit how many bytes this process and its programs may take together
   * @param isThere whether a device is still the one that was found
   */
  public Programs(CommandRunner commands, long limit, Predicate<BlockDevice> isThere) {
    long all = Math.max(limit - JVM_BYTES, limit / 2);
    long forBriefOnes = Math.min(MOST_FOR_BRIEF_ONES, all / 4);
    this.commands = commands;
    this.brief = new ProgramMemory(forBriefOnes, isThere);
    this.checks = new ProgramMemory(all - forBriefOnes, isThere);
  }

  /** What a program takes that makes a filesystem, or looks whether it needs a check, in bytes. */
  static long needOfBriefOne(BlockDevice device) {
    return (8L << 20) + (device.bytes() >> 20);
  }

  /** How much one complete check can have, in bytes. */
  public long mostForCheck() {
    return checks.total();
  }

  /** By how much the limit must be larger than what a check needs, in bytes. */
  public static long besidesCheck() {
    return JVM_BYTES + MOST_FOR_BRIEF_ONES;
  }

  /** What needs next to nothing. */
  public CommandResult run(Duration limit, List<String> command) {
    return commands.run(limit, command);
  }

  /** Makes a filesystem. */
  public CommandResult make(Duration limit, BlockDevice device, List<String> command) {
    return brief.with(
        command.getFirst(), device, needOfBriefOne(device), () -> commands.run(limit, command));
  }

  /** Looks at a filesystem, in seconds; it fails if that needs more than it usually does. */
  public CommandResult look(Duration limit, BlockDevice device, List<String> command) {
    Bounds bounds = new Bounds(limit, needOfBriefOne(device), Map.of());
    return brief.with(
        command.getFirst(), device, bounds.memory(), () -> commands.run(bounds, command));
  }

  /** Checks all of a filesystem, with so much memory and no more, which may take hours. */
  public CommandResult check(Bounds bounds, BlockDevice device, List<String> command) {
    return checks.with(
        command.getFirst(), device, bounds.memory(), () -> commands.run(bounds, command));
  }
}
