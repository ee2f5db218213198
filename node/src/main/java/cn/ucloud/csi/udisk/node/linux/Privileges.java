package cn.ucloud.csi.udisk.node.linux;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What the kernel lets this process do; being root does not mean everything in a container. */
public final class Privileges {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String EFFECTIVE = "CapEff:";
  private static final int CAP_SYS_ADMIN = 21;
  private static final int CAP_SYS_RESOURCE = 24;

  private Privileges() {}

  /**
   * Whether this process has CAP_SYS_RESOURCE, without which ext4 does not grow while mounted.
   *
   * @throws Unavailable if the kernel does not say
   */
  public static boolean haveSysResource() {
    return have(CAP_SYS_RESOURCE);
  }

  /**
   * Why this process cannot mount anything, if it cannot.
   *
   * @throws Unavailable if the kernel does not say
   */
  public static Optional<String> findObstacleToMounting() {
    return have(CAP_SYS_ADMIN)
        ? Optional.empty()
        : Optional.of(
            "this process may not mount, because it has no CAP_SYS_ADMIN; run it as root, in a"
                + " privileged container");
  }

  /**
   * Refuses before anything is done. The refusal is not final: another process, which may, can have
   * mounted the volume before.
   *
   * @throws Unavailable if this process cannot mount anything
   */
  public static void requireMounting() {
    findObstacleToMounting()
        .ifPresent(obstacle -> {
          throw new Unavailable(obstacle);
        });
  }

  private static boolean have(int capability) {
    try {
      long mask =
          Files.readAllLines(STATUS).stream()
              .filter(line -> line.startsWith(EFFECTIVE))
              .mapToLong(
                  line -> Long.parseUnsignedLong(line.substring(EFFECTIVE.length()).strip(), 16))
              .findFirst()
              .orElse(0);
      return (mask & 1L << capability) != 0;
    } catch (IOException e) {
      throw new Unavailable("cannot read " + STATUS + ": " + e.getMessage(), e);
    }
  }
}
