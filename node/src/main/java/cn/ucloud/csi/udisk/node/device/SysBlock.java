package cn.ucloud.csi.udisk.node.device;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The kernel's list of disks, {@code /sys/block}. */
public final class SysBlock {
  private static final long SECTOR = 512;

  private final Path root;
  private final Path directory;

  public SysBlock(Path sysfsRoot) {
    this.root = sysfsRoot;
    this.directory = sysfsRoot.resolve("block");
  }

  /** One disk as sysfs describes it; {@code name} is the kernel's letter and means nothing. */
  public record Entry(String name, DeviceIdentity identity, long bytes) {}

  public Path root() {
    return root;
  }

  Path directory() {
    return directory;
  }

  /**
   * All disks that are completely there; one that is coming or going is left out.
   *
   * @throws Unavailable if sysfs cannot be read
   */
  public List<Entry> list() {
    List<Entry> entries = new ArrayList<>();
    try {
      for (Path disk : children(directory, "*")) {
        read(disk).ifPresent(entries::add);
      }
    } catch (IOException e) {
      throw new Unavailable("cannot read " + directory + ": " + e.getMessage(), e);
    }
    return entries;
  }

  public List<Entry> findBySerial(String serial) {
    return list().stream().filter(e -> e.identity().serial().equals(serial)).toList();
  }

  /** The disk that has this number now; a disk that had it earlier has another identity. */
  public Optional<Entry> findByNumber(DeviceNumber number) {
    return list().stream().filter(e -> e.identity().number().equals(number)).findFirst();
  }

  /** Whether the attachment that was recorded so is still there. */
  public boolean isPresent(DeviceIdentity recorded) {
    return findByNumber(recorded.number())
        .filter(now -> now.identity().equals(recorded))
        .isPresent();
  }

  /**
   * Whether the attachment that was recorded so is certainly over. A disk under another serial is
   * alive: the cloud moved its letter. Without sequence numbers (before Linux 5.15) the serial is
   * all that tells.
   */
  public boolean isOver(DeviceIdentity recorded) {
    Optional<DeviceIdentity> now = findByNumber(recorded.number()).map(Entry::identity);
    return now.isEmpty()
        || (recorded.diskseq().isPresent()
            ? !now.get().diskseq().equals(recorded.diskseq())
            : !now.get().equals(recorded));
  }

  /** The number of the disk that the kernel calls so now. */
  public Optional<DeviceNumber> findNumber(String name) {
    return attribute(directory.resolve(name), "dev").map(DeviceNumber::parse);
  }

  /** Whether any disk, or partition of one, has this number. */
  public boolean exists(DeviceNumber number) {
    try {
      for (Path disk : children(directory, "*")) {
        if (hasNumber(disk, number)) {
          return true;
        }
        for (Path partition : children(disk, disk.getFileName() + "*")) {
          if (hasNumber(partition, number)) {
            return true;
          }
        }
      }
      return false;
    } catch (IOException e) {
      throw new Unavailable("cannot read " + directory + ": " + e.getMessage(), e);
    }
  }

  private static boolean hasNumber(Path device, DeviceNumber number) {
    return attribute(device, "dev").filter(number.toString()::equals).isPresent();
  }

  private static List<Path> children(Path directory, String glob) throws IOException {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, glob)) {
      stream.forEach(children::add);
    } catch (NoSuchFileException _) {
      // The disk went away since its directory was listed.
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return children;
  }

  private static Optional<Entry> read(Path disk) {
    Optional<String> number = attribute(disk, "dev");
    Optional<String> sectors = attribute(disk, "size");
    if (number.isEmpty() || sectors.isEmpty()) {
      return Optional.empty();
    }
    OptionalLong diskseq =
        attribute(disk, "diskseq").stream().mapToLong(Long::parseLong).findFirst();
    DeviceIdentity identity =
        new DeviceIdentity(
            attribute(disk, "serial").orElse(""), DeviceNumber.parse(number.get()), diskseq);
    return Optional.of(
        new Entry(
            String.valueOf(disk.getFileName()), identity, Long.parseLong(sectors.get()) * SECTOR));
  }

  /** Serials may be padded with spaces or zero bytes. */
  private static Optional<String> attribute(Path disk, String name) {
    try {
      return Optional.of(Files.readString(disk.resolve(name)).replace("\0", "").strip())
          .filter(text -> !text.isEmpty());
    } catch (IOException _) {
      // Not every disk has every attribute, and one may go away between the listing and this read.
      return Optional.empty();
    }
  }
}
