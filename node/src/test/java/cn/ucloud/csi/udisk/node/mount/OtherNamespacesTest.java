package cn.ucloud.csi.udisk.node.mount;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import cn.ucloud.csi.udisk.node.fixture.ForeignNamespace;
import cn.ucloud.csi.udisk.node.sysfs.DeviceNumber;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How many mounts a container has, and how long their paths are, is not for us to choose. */
@Timeout(value = 120, threadMode = SEPARATE_THREAD)
final class OtherNamespacesTest {
  private static final DeviceNumber DISK = new DeviceNumber(253, 16);
  private static final String OURS = "99 28 253:16 / /copied rw - ext4 /dev/vdb rw\n";
  private static final String NAMED =
      "process 77 (runc) in mount namespace " + ForeignNamespace.NAME + " at /copied";

  @TempDir private Path directory;

  private List<String> holders(ForeignNamespace namespace) {
    return new OtherNamespaces(namespace.proc())
        .holders(Set.of(DISK), mount -> mount.device().equals(DISK));
  }

  @Test
  void tableIsReadOnlyAsFarAsTheMountThatIsLookedFor() throws InterruptedException {
    ForeignNamespace namespace = ForeignNamespace.in(directory);
    CountDownLatch found = new CountDownLatch(1);
    Thread kernel =
        Thread.ofPlatform()
            .start(() -> {
              try (OutputStream table = Files.newOutputStream(namespace.table())) {
                String path = "/a".repeat(1500);
                for (int i = 0; i < 3000; i++) {
                  table.write(
                      (i + " 28 253:1 / " + path + i + " rw - xfs /dev/vda rw\n").getBytes(UTF_8));
                }
                table.write(OURS.getBytes(UTF_8));
                table.flush();
                found.await();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    try {
      assertThat(holders(namespace)).containsExactly(NAMED);
    } finally {
      found.countDown();
      kernel.join();
    }
  }

  @Test
  void lineThatNoKernelMakesHidesNoneAfterIt() throws IOException {
    ForeignNamespace namespace = ForeignNamespace.in(directory);
    Files.delete(namespace.table());
    Files.writeString(namespace.table(), "x".repeat(300_000) + "\n" + OURS.strip());
    assertThat(holders(namespace)).containsExactly(NAMED);
    Files.writeString(namespace.table(), "");
    assertThat(holders(namespace)).isEmpty();
  }

  /** The kernel gives a table in pieces that end anywhere. */
  @Test
  void mountIsFoundWhereverAPieceOfTheTableEnds() throws IOException {
    ForeignNamespace namespace = ForeignNamespace.in(directory);
    Files.delete(namespace.table());
    String other = "97 28 253:1 / /other rw - xfs /dev/vda rw\n";
    // Around the end of what is read at once.
    for (int less = 0; less < OURS.length() + 2; less++) {
      int length = (64 << 10) - less;
      String before = other.repeat((length - 1) / other.length());
      String filling = "x".repeat(length - before.length() - 1) + "\n";
      Files.writeString(namespace.table(), before + filling + OURS + other);
      assertThat(holders(namespace)).as("%d bytes before the end", less).containsExactly(NAMED);
    }
  }

  /** A path may look like a number; a btrfs shows another number than its disk's. */
  @Test
  void onlyTheMountItselfCounts() throws IOException {
    ForeignNamespace namespace = ForeignNamespace.in(directory);
    Files.delete(namespace.table());
    Files.writeString(namespace.table(), "98 28 0:50 / /a\\040253:16\\040b rw - tmpfs 253:16 rw\n");
    assertThat(holders(namespace)).isEmpty();
    Files.writeString(namespace.table(), "98 28 0:50 / /b rw - btrfs /dev/vdb rw\n");
    assertThat(
            new OtherNamespaces(namespace.proc())
                .holders(Set.of(DISK), mount -> mount.source().equals("/dev/vdb")))
        .hasSize(1);
  }
}
