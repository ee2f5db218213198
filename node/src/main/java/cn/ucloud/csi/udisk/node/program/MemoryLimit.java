package cn.ucloud.csi.udisk.node.program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * How much memory the kernel lets this process and its programs have together: the least limit of
 * its control groups as far as they can be seen, or all of the machine's.
 *
 * @param proc where the kernel describes processes and memory
 * @param cgroups where control groups are mounted
 */
public record MemoryLimit(Path proc, Path cgroups) {
  private static final String TOTAL = "MemTotal:";

  public static final MemoryLimit REAL =
      new MemoryLimit(Path.of("/proc"), Path.of("/sys/fs/cgroup"));

  /** In bytes; the largest number if nothing can be read. */
  public long bytes() {
    return Stream.concat(
            lines(proc.resolve("self/cgroup")).stream().flatMap(this::limits),
            lines(proc.resolve("meminfo")).stream()
                .filter(line -> line.startsWith(TOTAL))
                .map(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10))
        .min(Long::compare)
        .orElse(Long.MAX_VALUE);
  }

  /** Of one line of /proc/self/cgroup: the group's own limit, and those of the groups it is in. */
  private Stream<Long> limits(String line) {
    String[] fields = line.split(":", 3);
    if (fields.length < 3) {
      return Stream.empty();
    }
    return switch (fields[1]) {
      case "" -> limits(cgroups, fields[2], "memory.max");
      case "memory" -> limits(cgroups.resolve("memory"), fields[2], "memory.limit_in_bytes");
      default -> Stream.empty();
    };
  }

  /** In a container the group's path may be the host's, of which only the group itself is there. */
  private static Stream<Long> limits(Path top, String group, String file) {
    Path own = top.resolve(group.replaceFirst("^/+", "")).normalize();
    List<Long> found = new ArrayList<>();
    for (Path at = own; at != null && at.startsWith(top); at = at.getParent()) {
      lines(at.resolve(file)).stream()
          .filter(limit -> limit.matches("\\d{1,18}")) // not "max", nor version 1's huge number
          .map(Long::parseLong)
          .forEach(found::add);
    }
    return found.stream();
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException _) {
      return List.of(); // there is no such group here
    }
  }
}
