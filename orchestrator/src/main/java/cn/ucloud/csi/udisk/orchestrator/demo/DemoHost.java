package cn.ucloud.csi.udisk.orchestrator.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A host of the region and node of the cluster.
 *
 * @param node its name in the cluster
 * @param id its id in the cloud
 */
record DemoHost(String node, String id, String ip) {
  private static final int SECTOR = 512;
  private static final long GIB = 1L << 30;

  /** A disk as this host sees it, without boot disk. */
  record GuestDisk(String kernelName, String serial, String number, long sizeGib) {

    @Override
    public String toString() {
      return "/dev/%s  serial %s  %d GiB  (%s)".formatted(kernelName, serial, sizeGib, number);
    }
  }

  Path sysfs(Workplace workplace) {
    return workplace.simulatorState().resolve("hosts").resolve(id).resolve("sys");
  }

  Path dev(Workplace workplace) {
    return workplace.simulatorState().resolve("hosts").resolve(id).resolve("dev");
  }

  /** What {@code ls /sys/block} and the files there tell on this host. */
  List<GuestDisk> disks(Workplace workplace) {
    Path block = sysfs(workplace).resolve("block");
    List<GuestDisk> disks = new ArrayList<>();
    if (!Files.isDirectory(block)) {
      return disks;
    }
    try (DirectoryStream<Path> devices = Files.newDirectoryStream(block)) {
      for (Path device : devices) {
        String name = device.getFileName().toString();
        if (Files.exists(dev(workplace).resolve(name))) {
          disks.add(
              new GuestDisk(
                  name,
                  text(device, "serial"),
                  text(device, "dev"),
                  Long.parseLong(text(device, "size")) * SECTOR / GIB));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + block, e);
    }
    disks.sort(Comparator.comparing(GuestDisk::kernelName));
    return disks;
  }

  private static String text(Path device, String attribute) throws IOException {
    return Files.readString(device.resolve(attribute)).strip();
  }
}
