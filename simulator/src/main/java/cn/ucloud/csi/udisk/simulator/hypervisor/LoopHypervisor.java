package cn.ucloud.csi.udisk.simulator.hypervisor;

import cn.ucloud.csi.udisk.simulator.hypervisor.GuestView.Attribute;
import cn.ucloud.csi.udisk.simulator.hypervisor.GuestView.Device;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Disks are sparse files; a plugged one is a loop device and a guest's view of it. Needs root on
 * Linux.
 *
 * <p>Callers see to it that one thing happens at a time.
 */
public final class LoopHypervisor implements Hypervisor {
  private static final long GIB = 1L << 30;
  private static final int SECTOR = 512;

  private final Path images;
  private final Path snapshots;
  private final Path hosts;
  private final LoopDevices loops;

  /** Takes the real path of the state directory. */
  public LoopHypervisor(Path stateDir) {
    this.images = stateDir.resolve("disks");
    this.snapshots = stateDir.resolve("snapshots");
    this.hosts = stateDir.resolve("hosts");
    this.loops = new LoopDevices(images);
  }

  @Override
  public void create(String diskId, int sizeGb) {
    try {
      Files.createDirectories(images);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make " + images, e);
    }
    grow(diskId, sizeGb);
  }

  @Override
  public void cloneDisk(String diskId, String sourceDiskId, int sizeGb) {
    Images.copy(image(sourceDiskId), image(diskId));
    grow(diskId, sizeGb);
  }

  @Override
  public void cloneSnapshot(String diskId, String snapshotId, int sizeGb) {
    Images.copy(cut(snapshotId), image(diskId));
    grow(diskId, sizeGb);
  }

  @Override
  public void snapshot(String snapshotId, String diskId) {
    Images.copy(image(diskId), cut(snapshotId));
  }

  @Override
  public void dropSnapshot(String snapshotId) {
    Images.delete(cut(snapshotId));
  }

  @Override
  public void destroy(String diskId) {
    Images.delete(image(diskId));
  }

  @Override
  public void plug(GuestDisk disk) {
    if (disk.boot()) {
      view(disk.hostId()).add(bootDevice(disk));
      return;
    }
    create(disk.diskId(), disk.sizeGb());
    Path image = image(disk.diskId());
    Loop loop = loops.find(image).orElseGet(() -> newDevice(image));
    view(disk.hostId()).add(device(disk, loop));
  }

  @Override
  public void unplug(GuestDisk disk) {
    view(disk.hostId()).remove(disk.kernelName());
    if (!disk.boot()) {
      loops.find(image(disk.diskId())).ifPresent(loops::detach);
    }
  }

  @Override
  public void grow(String diskId, int sizeGb) {
    try (RandomAccessFile file = new RandomAccessFile(image(diskId).toFile(), "rw")) {
      if (file.length() < sizeGb * GIB) {
        file.setLength(sizeGb * GIB);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot grow " + image(diskId), e);
    }
  }

  @Override
  public void showSize(GuestDisk disk) {
    loops
        .find(image(disk.diskId()))
        .ifPresent(loop -> {
          loops.readSizeAgain(loop);
          view(disk.hostId())
              .setAttribute(disk.kernelName(), new Attribute("size", attribute(loop, "size")));
        });
  }

  @Override
  public void restore(List<GuestDisk> plugged) {
    Set<Path> wanted = new HashSet<>();
    Set<Path> shown = new HashSet<>();
    for (GuestDisk disk : plugged) {
      wanted.add(image(disk.diskId()));
      shown.add(Path.of(disk.hostId(), disk.kernelName()));
    }
    for (String hostId : knownHosts()) {
      view(hostId).kernelNames().stream()
          .filter(name -> !shown.contains(Path.of(hostId, name)))
          .forEach(view(hostId)::remove);
    }
    loops.all().stream()
        .filter(loop -> !wanted.contains(loop.backingFile()))
        .forEach(loops::detach);
    plugged.forEach(this::plug);
  }

  @Override
  public List<String> busyLoops() {
    return loops.all().stream()
        .filter(loops::isDropping)
        .map(loop -> loop.device() + " " + loop.backingFile().getFileName())
        .toList();
  }

  @Override
  public void close() {
    restore(List.of());
  }

  /**
   * A disk that comes back is a new device to the kernel, also while the old one is still open.
   * What is written to that one is lost, as it is where a disk was taken out.
   */
  private Loop newDevice(Path image) {
    if (loops.all().stream().anyMatch(old -> old.backingFile().equals(image))) {
      Images.renew(image);
    }
    return loops.attach(image);
  }

  private static Device device(GuestDisk disk, Loop loop) {
    List<Attribute> attributes = new ArrayList<>();
    if (!disk.serial().isEmpty()) {
      attributes.add(new Attribute("serial", disk.serial()));
    }
    for (String name : List.of("size", "dev", "diskseq", "ro")) {
      attributes.add(new Attribute(name, attribute(loop, name)));
    }
    return new Device(
        disk.kernelName(), attribute(loop, "dev"), attributes, Optional.of(loop.sysfs()));
  }

  /** Block major 240 is set aside for local use, so no real device has this number. */
  private static Device bootDevice(GuestDisk disk) {
    List<Attribute> attributes = new ArrayList<>();
    if (!disk.serial().isEmpty()) {
      attributes.add(new Attribute("serial", disk.serial()));
    }
    attributes.add(new Attribute("size", Long.toString(disk.sizeGb() * GIB / SECTOR)));
    attributes.add(new Attribute("dev", "240:0"));
    attributes.add(new Attribute("diskseq", "1"));
    attributes.add(new Attribute("ro", "0"));
    return new Device(disk.kernelName(), "240:0", attributes, Optional.empty());
  }

  private static String attribute(Loop loop, String name) {
    return LoopDevices.findText(loop.sysfs().resolve(name))
        .orElseThrow(() -> new IllegalStateException(loop.name() + " has no " + name));
  }

  private List<String> knownHosts() {
    if (!Files.isDirectory(hosts)) {
      return List.of();
    }
    try (Stream<Path> directories = Files.list(hosts)) {
      return directories.map(directory -> directory.getFileName().toString()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + hosts, e);
    }
  }

  private GuestView view(String hostId) {
    return new GuestView(hosts.resolve(hostId));
  }

  private Path cut(String snapshotId) {
    return snapshots.resolve(snapshotId + ".img");
  }

  private Path image(String diskId) {
    return images.resolve(diskId + ".img");
  }

  /** Releases every loop device and guest's view that a dead simulator left in this directory. */
  public static List<String> clean(Path stateDir) {
    try (LoopHypervisor left = new LoopHypervisor(stateDir)) {
      left.restore(List.of());
      return left.busyLoops();
    }
  }
}
