package cn.ucloud.csi.udisk.node.blank;

import cn.ucloud.csi.udisk.node.blank.DiskContent.Filesystem;
import cn.ucloud.csi.udisk.node.blank.DiskContent.Foreign;
import cn.ucloud.csi.udisk.node.blank.DiskContent.Unreadable;
import cn.ucloud.csi.udisk.node.command.CommandResult;
import cn.ucloud.csi.udisk.node.command.CommandRunner;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Asks libblkid's low-level probe, past its cache. */
public final class BlkidProbe {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static final int FOUND = 0;
  private static final int FOUND_NOTHING_OR_COULD_NOT_LOOK = 2;
  private static final int AMBIVALENT = 8;

  /** Of a partition, blkid tells where it is, also if it finds nothing there. */
  private static final String PARTITION = "PART_ENTRY_NUMBER";

  private final CommandRunner commands;

  public BlkidProbe(CommandRunner commands) {
    this.commands = commands;
  }

  /**
   * What libblkid sees; empty if it sees nothing.
   *
   * <p>Empty is not "blank": blkid has one exit code for "no signature" and "cannot read" (known
   * failures D1.1, D1.2). {@link BlankCheck} knows what to do about it.
   */
  public Optional<DiskContent> probe(BlockDevice device) {
    CommandResult result =
        commands.run(LIMIT, List.of("blkid", "-p", "-o", "export", device.node().toString()));
    return switch (result.exitCode()) {
      case FOUND -> Optional.of(read(result.output()));
      case FOUND_NOTHING_OR_COULD_NOT_LOOK -> Optional.empty();
      case AMBIVALENT -> Optional.of(new Foreign("several signatures that contradict each other"));
      default -> Optional.of(new Unreadable(result.sentence()));
    };
  }

  private static DiskContent read(String output) {
    Map<String, String> tags =
        output
            .lines()
            .filter(line -> line.indexOf('=') > 0)
            .collect(
                Collectors.toMap(
                    line -> line.substring(0, line.indexOf('=')),
                    line -> line.substring(line.indexOf('=') + 1),
                    (first, _) -> first));
    String type = tags.get("TYPE");
    String partitions = tags.get("PTTYPE");
    if (type != null && partitions == null && "filesystem".equals(tags.get("USAGE"))) {
      return new Filesystem(type, Optional.ofNullable(tags.get("UUID")));
    }
    if (partitions != null) {
      return new Foreign("a partition table (" + partitions + ")");
    }
    if (type == null && tags.containsKey(PARTITION)) {
      return new Foreign("nothing that blkid knows, and a partition is never formatted");
    }
    return new Foreign(type == null ? "something that blkid reports as " + tags.keySet() : type);
  }
}
