package cn.ucloud.csi.udisk.node.sysfs;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The kernel's list of disks, {@code /sys/block}. */
public final class SysBlock {
  private static final long SECTOR = 512;

  private final Path root;
  private final Path directory;
  private final Serials serials = new Serials();

  public SysBlock(Path sysfsRoot) {
    this.root = sysfsRoot;
    this.directory = sysfsRoot.resolve("block");
  }

  /**
   * One disk, or partition of one, as sysfs describes it; {@code name} is the kernel's letter and
   * means nothing. A partition has the serial and sequence number of its disk.
   */
  public record Entry(String name, DeviceIdentity identity, long bytes) {}

  /**
   * All disks at one time.
   *
   * @param silent sentences on the disks that are left out as they do not tell their serial
   */
  public record Observation(List<Entry> disks, List<String> silent) {
    public Observation {
      disks = List.copyOf(disks);
      silent = List.copyOf(silent);
    }

    /** The disks that say they have this serial; a silent one may have it as well. */
    public List<Entry> withSerial(String serial) {
      return disks.stream().filter(disk -> disk.identity().serial().equals(serial)).toList();
    }
  }

  /** What is known of a disk, or of a part of the {@code whole}, without asking it anything. */
  private record Disk(
      Path directory, Path whole, DeviceNumber number, OptionalLong diskseq, long bytes) {
    Entry withSerial(String serial) {
      return new Entry(
          String.valueOf(directory.getFileName()),
          new DeviceIdentity(serial, number, diskseq),
          bytes);
    }
  }

  public Path root() {
    return root;
  }

  public Path directory() {
    return directory;
  }

  /**
   * All disks that are completely there; one that is coming or going is left out, and so is one
   * that does not tell its serial in time.
   *
   * @throws Unavailable if sysfs cannot be read
   */
  public Observation look() {
    List<Entry> entries = new ArrayList<>();
    List<String> silent = new ArrayList<>();
    // All are asked before the first is waited for: those that hang are waited for together.
    Map<Disk, Serials.Answer> asked = new LinkedHashMap<>();
    directories().forEach(directory -> read(directory).ifPresent(d -> asked.put(d, ask(d))));
    asked.forEach((disk, answer) -> {
      try {
        entries.add(disk.withSerial(answer.await()));
      } catch (Unavailable e) {
        silent.add(e.sentence());
      }
    });
    return new Observation(entries, silent);
  }

  /**
   * The disk or partition that has this number now; one that had it earlier has another identity.
   *
   * @throws Unavailable if sysfs cannot be read, or this disk does not tell its serial in time
   */
  public Optional<Entry> findByNumber(DeviceNumber number) {
    return findDisk(number).map(disk -> disk.withSerial(ask(disk).await()));
  }

  /**
   * The partitions of a disk by their numbers in its table.
   *
   * @throws Unavailable if sysfs cannot be read
   */
  public Map<Integer, Entry> partitions(DeviceIdentity disk) {
    Map<Integer, Entry> partitions = new TreeMap<>();
    for (Path part : findDirectory(disk.number()).map(SysBlock::parts).orElse(List.of())) {
      partitionNumber(part)
          .ifPresent(number ->
              read(part).ifPresent(p -> partitions.put(number, p.withSerial(disk.serial()))));
    }
    return partitions;
  }

  /** Of a partition, its number in the table of its disk; of anything else, 0. */
  public int partitionNumber(DeviceNumber number) {
    return findDirectory(number).flatMap(SysBlock::partitionNumber).orElse(0);
  }

  private static Optional<Integer> partitionNumber(Path device) {
    return attribute(device, "partition").map(Integer::parseInt);
  }

  /** The number of the disk of which this is a partition; of anything else, the same. */
  public DeviceNumber wholeOf(DeviceNumber number) {
    return findDirectory(number)
        .flatMap(found -> attribute(whole(found), "dev"))
        .map(DeviceNumber::parse)
        .orElse(number);
  }

  /** Where on its disk a partition ends, in bytes; of a disk, its size. */
  public Optional<Long> findEnd(DeviceNumber number) {
    return findDisk(number)
        .map(part ->
            part.bytes()
                + attribute(part.directory(), "start").map(Long::parseLong).orElse(0L) * SECTOR);
  }

  /** The size of the disk that has this number now; the disk itself is not asked. */
  public Optional<Long> findBytes(DeviceNumber number) {
    return findDisk(number).map(Disk::bytes);
  }

  /**
   * Whether the attachment that was recorded so is still there.
   *
   * @throws Unavailable if sysfs cannot be read, or this disk does not tell its serial in time
   */
  public boolean isPresent(DeviceIdentity recorded) {
    return findDisk(recorded.number())
        .filter(disk -> disk.diskseq().equals(recorded.diskseq()))
        .filter(disk -> requireSerial(disk, recorded).equals(recorded.serial()))
        .isPresent();
  }

  /**
   * Whether the attachment that was recorded so is over, as far as can be told without asking the
   * disk: before Linux 5.15 another disk that has its number now is taken for it.
   *
   * @throws Unavailable if sysfs cannot be read
   */
  public boolean isGone(DeviceIdentity recorded) {
    return findDisk(recorded.number())
        .filter(disk -> disk.diskseq().equals(recorded.diskseq()))
        .isEmpty();
  }

  /**
   * Whether the attachment that was recorded so is certainly over. A disk under another serial is
   * alive: the cloud moved its letter. Without sequence numbers (before Linux 5.15) the serial is
   * all that tells; with them, the disk is not asked.
   *
   * @throws Unavailable if sysfs cannot be read, or the disk would have to tell its serial and does
   *     not in time
   */
  public boolean isOver(DeviceIdentity recorded) {
    Optional<Disk> now = findDisk(recorded.number());
    return now.isEmpty()
        || !now.get().diskseq().equals(recorded.diskseq())
        || (recorded.diskseq().isEmpty()
            && !requireSerial(now.get(), recorded).equals(recorded.serial()));
  }

  /** Linux shows the serial as empty when the disk fails to tell it, which proves nothing. */
  private String requireSerial(Disk disk, DeviceIdentity recorded) {
    String serial = ask(disk).await();
    if (serial.isEmpty() && !recorded.serial().isEmpty()) {
      throw new Unavailable(disk.directory() + " does not tell its serial; it was " + recorded);
    }
    return serial;
  }

  /** The number of the disk or partition that the kernel calls so now. */
  public Optional<DeviceNumber> findNumber(String name) {
    return devices()
        .filter(device -> String.valueOf(device.getFileName()).equals(name))
        .findFirst()
        .flatMap(device -> attribute(device, "dev"))
        .map(DeviceNumber::parse);
  }

  /**
   * Whether any disk, or partition of one, has this number.
   *
   * @throws Unavailable if sysfs cannot be read
   */
  public boolean exists(DeviceNumber number) {
    return findDirectory(number).isPresent();
  }

  private static boolean hasNumber(Path device, DeviceNumber number) {
    return attribute(device, "dev").filter(number.toString()::equals).isPresent();
  }

  /** First the disks, then their partitions. */
  private Stream<Path> devices() {
    List<Path> disks = directories();
    return Stream.concat(disks.stream(), disks.stream().flatMap(disk -> parts(disk).stream()));
  }

  private static List<Path> parts(Path disk) {
    return children(disk, disk.getFileName() + "*");
  }

  private List<Path> directories() {
    return children(directory, "*");
  }

  public static List<Path> children(Path directory, String glob) {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, glob)) {
      stream.forEach(children::add);
    } catch (NoSuchFileException _) {
      // The disk went away since its directory was listed.
    } catch (DirectoryIteratorException | IOException e) {
      throw new Unavailable("cannot read " + directory + ": " + e.getMessage(), e);
    }
    return children;
  }

  /** Where the disk or partition that has this number now is described. */
  public Optional<Path> findDirectory(DeviceNumber number) {
    return devices().filter(device -> hasNumber(device, number)).findFirst();
  }

  /** How the kernel treats the requests of the disk, or of the disk of the partition. */
  public Optional<BlockQueue> findQueue(DeviceNumber number) {
    return findDirectory(number)
        .map(device -> whole(device).resolve("queue"))
        .filter(Files::isDirectory)
        .map(BlockQueue::new);
  }

  private Path whole(Path device) {
    Path parent = device.getParent();
    return parent == null || parent.equals(directory) ? device : parent;
  }

  private Optional<Disk> findDisk(DeviceNumber number) {
    return findDirectory(number).flatMap(this::read).filter(disk -> disk.number().equals(number));
  }

  private Optional<Disk> read(Path disk) {
    Path whole = whole(disk);
    Optional<String> number = attribute(disk, "dev");
    Optional<String> sectors = attribute(disk, "size");
    if (number.isEmpty() || sectors.isEmpty()) {
      return Optional.empty();
    }
    OptionalLong diskseq =
        attribute(whole, "diskseq").stream().mapToLong(Long::parseLong).findFirst();
    return Optional.of(
        new Disk(
            disk,
            whole,
            DeviceNumber.parse(number.get()),
            diskseq,
            Long.parseLong(sectors.get()) * SECTOR));
  }

  private Serials.Answer ask(Disk disk) {
    return serials.ask(disk.whole(), disk.number(), disk.diskseq());
  }

  private static Optional<String> attribute(Path disk, String name) {
    return SysAttribute.read(disk.resolve(name));
  }
}
