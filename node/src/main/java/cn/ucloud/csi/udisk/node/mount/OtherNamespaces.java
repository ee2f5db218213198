package cn.ucloud.csi.udisk.node.mount;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.node.sysfs.DeviceNumber;
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
  private final Path proc;

  public OtherNamespaces() {
    this(Path.of("/proc"));
  }

  /** Those that are described in another directory than {@code /proc}. */
  public OtherNamespaces(Path proc) {
    this.proc = proc;
  }

  /**
   * One sentence for each namespace that has such a mount, naming a process in it. A table is read
   * only until the first is found.
   *
   * @param devices that the filesystems are on; of the others no line is taken apart
   * @throws Unavailable if the processes cannot be listed
   */
  public List<String> holders(Set<DeviceNumber> devices, Predicate<Mount> wanted) {
    Set<String> seen = new HashSet<>();
    namespaceOf(proc.resolve("self")).ifPresent(seen::add);
    List<String> holders = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
      for (Path process : processes) {
        Optional<String> namespace = namespaceOf(process);
        if (namespace.isEmpty() || seen.contains(namespace.get())) {
          continue;
        }
        try {
          find(process, devices, wanted)
              .ifPresent(mount -> holders.add(sentence(process, namespace.get(), mount)));
          seen.add(namespace.get());
        } catch (IOException _) {
          // It has ended; if its namespace has another process, that one is still to come.
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      throw new Unavailable("cannot list the processes in " + proc + ": " + e.getMessage(), e);
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

  private static Optional<Mount> find(
      Path process, Set<DeviceNumber> devices, Predicate<Mount> wanted) throws IOException {
    LineFilter filter = LineFilter.onDevices(devices);
    try (MountLines lines = MountLines.of(process)) {
      for (Optional<String> line = lines.next(filter);
          line.isPresent();
          line = lines.next(filter)) {
        Optional<Mount> mount = line.flatMap(Mount::parse).filter(wanted);
        if (mount.isPresent()) {
          return mount;
        }
      }
    }
    return Optional.empty();
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
