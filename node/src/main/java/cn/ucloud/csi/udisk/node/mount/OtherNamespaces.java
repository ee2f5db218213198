package cn.ucloud.csi.udisk.node.mount;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What processes in mount namespaces of their own have mounted. A mount that was copied into one
 * keeps its filesystem alive after we have unmounted ours.
 *
 * <p>Shows only the processes that this one can see: those of the whole host with {@code hostPID},
 * else those of its own container.
 */
public final class OtherNamespaces {
  private static final Path PROC = Path.of("/proc");

  /**
   * One sentence for each namespace that has such a mount, naming a process in it.
   *
   * @throws Unavailable if the processes cannot be listed
   */
  public List<String> holders(Predicate<Mount> wanted) {
    Set<String> seen = new HashSet<>();
    namespaceOf(PROC.resolve("self")).ifPresent(seen::add);
    List<String> holders = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        Optional<String> namespace = namespaceOf(process);
        if (namespace.isEmpty() || seen.contains(namespace.get())) {
          continue;
        }
        Optional<MountTable> table = table(process);
        table.ifPresent(_ -> seen.add(namespace.get()));
        table.stream()
            .flatMap(MountTable::mounts)
            .filter(wanted)
            .findFirst()
            .ifPresent(mount -> holders.add(sentence(process, namespace.get(), mount)));
      }
    } catch (IOException | DirectoryIteratorException e) {
      throw new Unavailable("cannot list the processes in " + PROC + ": " + e.getMessage(), e);
    }
    return holders;
  }

  private static Optional<String> namespaceOf(Path process) {
    try {
      return Optional.of(Files.readSymbolicLink(process.resolve("ns/mnt")).toString());
    } catch (IOException _) {
      // It has ended, or is none of ours to look at.
      return Optional.empty();
    }
  }

  private static Optional<MountTable> table(Path process) {
    try {
      return Optional.of(MountTable.of(process));
    } catch (IOException _) {
      // It has ended; if its namespace has another process, that one is still to come.
      return Optional.empty();
    }
  }

  private static String sentence(Path process, String namespace, Mount mount) {
    return "process "
        + process.getFileName()
        + name(process)
        + " in mount namespace "
        + namespace
        + " at "
        + mount.path();
  }

  private static String name(Path process) {
    try {
      return " (" + Files.readString(process.resolve("comm")).strip() + ")";
    } catch (IOException _) {
      return "";
    }
  }
}
