package cn.ucloud.csi.udisk.orchestrator.aot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * A disk that a host sees and that nothing is behind: the description and the device file are
 * there, and opening it fails. Making it needs only what every container may do.
 */
final class FakeDisk {
  /** Block major 240 is set aside for local use, so no real device has this number. */
  private static final int MAJOR = 240;

  private static final int MINOR = 1;
  private static final long SECTORS = 10L * (1L << 30) / 512;

  private final Path machine;

  FakeDisk(Path machine) throws IOException {
    this.machine = machine;
    Files.createDirectories(sysfs().resolve("block"));
    Files.createDirectories(dev());
  }

  Path sysfs() {
    return machine.resolve("sys");
  }

  Path dev() {
    return machine.resolve("dev");
  }

  void appear(String name) {
    Path described = sysfs().resolve("block").resolve(name);
    Map<String, String> attributes =
        Map.of(
            "serial",
            "UCLOUD_DISK_" + name.toUpperCase(Locale.ROOT),
            "dev",
            MAJOR + ":" + MINOR,
            "size",
            Long.toString(SECTORS),
            "diskseq",
            "1",
            "ro",
            "0");
    try {
      Files.createDirectories(described);
      for (Map.Entry<String, String> attribute : attributes.entrySet()) {
        Files.writeString(described.resolve(attribute.getKey()), attribute.getValue() + "\n");
      }
      Process mknod =
          new ProcessBuilder(
                  "mknod",
                  dev().resolve(name).toString(),
                  "b",
                  Integer.toString(MAJOR),
                  Integer.toString(MINOR))
              .inheritIO()
              .start();
      if (mknod.waitFor() != 0) {
        throw new IllegalStateException("mknod failed; the training runs as root");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
