package cn.ucloud.csi.udisk.it.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.it.Loops;
import cn.ucloud.csi.udisk.it.Shell;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@code udisk-csi look} prints of a node. */
class LookTest {
  private static final String SCRIPT =
      Path.of("../deploy/image/look").toAbsolutePath().normalize().toString();

  @TempDir private Path root;

  @BeforeEach
  void makeANode() throws IOException {
    disk("vdb", "253:16\n", "UCLOUD_DISK_VDB");
    Files.createDirectories(root.resolve("sys/block/vdb/holders/dm-0"));
    Files.createDirectories(root.resolve("sys/block/vdb/vdb1/holders/dm-1"));
    disk("sda", "8:0\n", "not ours");
    mounts(
        "22 1 254:0 / / rw - ext4 /dev/sda1 rw",
        "36 22 253:16 / /data/kubelet/plugins/kubernetes.io/csi/udisk.csi.ucloud.cn/ab/globalmount"
            + " rw,relatime shared:2 master:1 - ext4 /dev/vdb rw,errors=remount-ro",
        "37 22 253:16 / /data/kubelet/pods/u/volumes/kubernetes.io~csi/a\\040b/mount ro,noatime -"
            + " ext4 /dev/vdb ro",
        "38 22 0:5 /vdc /data/kubelet/plugins/kubernetes.io/csi/volumeDevices/x rw - devtmpfs udev rw",
        "39 22 0:40 / /proc/x - - rw");
    Files.createDirectories(root.resolve("run/udisk-csi/in-progress"));
    Files.createFile(root.resolve("run/udisk-csi/bsm-abc"));
    Files.createFile(root.resolve("run/udisk-csi/odd name"));
  }

  private void disk(String name, String device, String serial) throws IOException {
    Path disk = Files.createDirectories(root.resolve("sys/block").resolve(name));
    Files.writeString(disk.resolve("dev"), device);
    Files.writeString(disk.resolve("size"), "41943040\n");
    Files.writeString(disk.resolve("ro"), "0\n");
    Files.writeString(disk.resolve("diskseq"), "9\n");
    Files.writeString(disk.resolve("serial"), serial);
  }

  private void mounts(String... lines) throws IOException {
    Path file = root.resolve("proc/1/mountinfo");
    Files.createDirectories(file.resolveSibling(""));
    Files.writeString(file, String.join("\n", lines) + "\n");
  }

  private Ran look(ShellKind shell) {
    return Ran.of(
        root,
        Map.of("PATH", "/usr/bin:/bin", "KUBE_NODE_NAME", "10.9.0.1"),
        "",
        shell.running(SCRIPT, root.toString()));
  }

  @ParameterizedTest
  @EnumSource
  void disksHoldersMountsAndRecordsAreShown(ShellKind shell) {
    assertThat(look(shell))
        .isEqualTo(
            new Ran(
                0,
                """
                node\t10.9.0.1
                disk\tvdb\t253:16\t41943040\t0\t9\tUCLOUD_DISK_VDB
                holder\tvdb\tdm-0
                holder\tvdb\tdm-1
                mount\t253:16\t/\t/data/kubelet/plugins/kubernetes.io/csi/udisk.csi.ucloud.cn/ab/globalmount\trw,relatime\text4\t/dev/vdb\trw,errors=remount-ro
                mount\t253:16\t/\t/data/kubelet/pods/u/volumes/kubernetes.io~csi/a\\040b/mount\tro,noatime\text4\t/dev/vdb\tro
                mount\t0:5\t/vdc\t/data/kubelet/plugins/kubernetes.io/csi/volumeDevices/x\trw\tdevtmpfs\tudev\trw
                record\tbsm-abc
                end
                """,
                ""));
  }

  @ParameterizedTest
  @EnumSource
  void aDiskThatDoesNotTellItsSerialHoldsNothingUp(ShellKind shell) throws IOException {
    disk("vdc", "253:32\n", "");
    Files.delete(root.resolve("sys/block/vdc/serial"));
    Shell.run("mkfifo", root.resolve("sys/block/vdc/serial").toString());
    disk("vdd", "253:48\n", "a\tb\nc");
    Ran ran = look(shell);
    assertThat(ran.out())
        .contains("disk\tvdb\t253:16\t41943040\t0\t9\tUCLOUD_DISK_VDB\n")
        .contains("disk\tvdc\t253:32\t41943040\t0\t9\t?\n")
        .contains("disk\tvdd\t253:48\t41943040\t0\t9\tab\n")
        .endsWith("end\n");
    assertThat(ran.code()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void aDiskThatHasRequestsIsWatched(ShellKind shell) throws IOException {
    Path stat = root.resolve("sys/block/vdb/stat");
    Files.writeString(stat, "  10 0 80 500  20 0 16 3000  0 900 3500\n");
    assertThat(look(shell).out()).as("it is idle").doesNotContain("\nbusy\t");
    Files.writeString(stat, "  10 0 80 500  20 0 16 3000  2 900 3500  0 0 0 0  4 7\n");
    assertThat(look(shell).out())
        .containsPattern("busy\tvdb\t[0-9]{4}\t0\t0\t2\n")
        .endsWith("end\n");
    Files.writeString(stat, "10 0 80\n");
    assertThat(look(shell).out())
        .as("nobody can tell")
        .doesNotContain("\nbusy\t")
        .endsWith("end\n");
  }

  /** The counters are written anew as soon as the script has begun to wait for the serial. */
  @ParameterizedTest
  @EnumSource
  void whatItCompletesMeanwhileIsCounted(ShellKind shell) throws Exception {
    Path stat = root.resolve("sys/block/vdb/stat");
    Files.writeString(stat, "10 0 80 500 20 0 16 3000 2 900 3500\n");
    Path serial = root.resolve("sys/block/vdb/serial");
    Files.delete(serial);
    Shell.run("mkfifo", serial.toString());
    Thread kernel =
        Thread.ofPlatform()
            .start(() -> {
              try {
                // To open a pipe for writing waits for its reader.
                try (OutputStream answer = Files.newOutputStream(serial)) {
                  Files.writeString(stat, "12 0 80 1500 21 0 16 3900 1 900 3500\n");
                  answer.write("UCLOUD_DISK_VDB".getBytes(StandardCharsets.US_ASCII));
                }
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    assertThat(look(shell).out()).containsPattern("busy\tvdb\t[0-9]{4}\t3\t1900\t1\n");
    kernel.join();
  }

  @ParameterizedTest
  @EnumSource
  void errorsAreThoseThatTheFilesystemCounts(ShellKind shell) throws IOException {
    Path ext4 = Files.createDirectories(root.resolve("sys/fs/ext4/vdb"));
    Files.writeString(ext4.resolve("errors_count"), "0\n");
    assertThat(look(shell).out()).doesNotContain("\nerrors\t");
    Files.writeString(ext4.resolve("errors_count"), "7\n");
    assertThat(look(shell).out()).contains("errors\tvdb\t7\n");
    Files.delete(ext4.resolve("errors_count"));
    Path btrfs = root.resolve("sys/fs/btrfs/8a3d");
    Files.createDirectories(btrfs.resolve("devices/vdb"));
    Path device = Files.createDirectories(btrfs.resolve("devinfo/1"));
    Files.writeString(device.resolve("error_stats"), "write_errs 2\nread_errs 3\n");
    assertThat(look(shell).out()).contains("errors\tvdb\t5\n");
  }

  private static String xfs(String number, String point) {
    return "40 22 %s / %s rw - xfs /dev/vdb rw,noquota".formatted(number, point);
  }

  /** The kernel has no word for it in the mount table. */
  @ParameterizedTest
  @EnumSource
  void anXfsThatHasShutDownIsMarked(ShellKind shell) throws IOException {
    Loops.assumeTheyCanBeMade();
    Path image = root.resolve("image");
    Shell.run("truncate", "--size", "400M", image.toString());
    Shell.run("mkfs.xfs", "-q", image.toString());
    Files.createDirectories(root.resolve("works"));
    Path stopped = Files.createDirectories(root.resolve("has stopped"));
    mounts(
        xfs("7:1", "/works"),
        xfs("7:2", "/has\\040stopped"),
        xfs("7:2", "/pod"),
        xfs("7:3", "/gone"));
    Shell.run("mount", "-o", "loop", image.toString(), stopped.toString());
    try {
      Shell.run("xfs_io", "-x", "-c", "shutdown", stopped.toString());
      assertThat(look(shell).out().lines().filter(line -> line.startsWith("mount")))
          .extracting(line -> line.substring(line.lastIndexOf('\t') + 1))
          .containsExactly(
              "rw,noquota", "rw,noquota,shutdown", "rw,noquota,shutdown", "rw,noquota");
    } finally {
      Shell.run("umount", stopped.toString());
    }
  }

  @ParameterizedTest
  @EnumSource
  void anXfsWhoseDiskHangsHoldsNothingUp(ShellKind shell) throws IOException {
    Shell.run("mkfifo", root.resolve("hanging").toString());
    mounts(xfs("7:1", "/hanging"));
    Ran ran = look(shell);
    assertThat(ran.out()).contains("\t/hanging\trw\txfs\t/dev/vdb\trw,noquota\n").endsWith("end\n");
    assertThat(ran.code()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void aNodeWithTooMuchSaysHowMuchWasLeftOut(ShellKind shell) throws IOException {
    mounts(
        IntStream.range(0, 2500)
            .mapToObj(i -> "%d 1 253:16 / /mnt/%d rw - ext4 /dev/vdb rw".formatted(i, i))
            .toArray(String[]::new));
    Ran ran = look(shell);
    assertThat(ran.out().lines()).hasSize(2002);
    // The node, the disk, its two holders; the record is left out as well.
    assertThat(ran.out()).endsWith("cut\t505\nend\n");
    assertThat(
            ran.out().lines().filter(line -> line.startsWith("mount")).collect(Collectors.toList()))
        .hasSize(1996);
  }
}
