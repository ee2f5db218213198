package cn.ucloud.csi.udisk.node.info;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.Topology;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** How many volumes have room beside disks that Kubernetes does not know. */
final class VolumeLimitTest {
  private static final String DRIVER = "udisk.csi.ucloud.cn";
  private static final NodeDisk BOOT = disk("bsi-boot", true, "system");
  private static final NodeDisk BY_HAND = disk("bsm-hand", false, "backup of bob");

  @TempDir private Path kubelet;

  private final Logger logger = (Logger) LoggerFactory.getLogger(KubeletVolumes.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @BeforeEach
  void startLog() {
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void stopLog() {
    logger.detachAppender(log);
  }

  private static NodeDisk disk(String id, boolean boot, String name) {
    return new NodeDisk(new VolumeId(id), Optional.empty(), boot, name);
  }

  private int limit(NodeDisk... disks) {
    NodeInfo node =
        new NodeInfo(new NodeId("uhost-a"), new Topology("r", "z"), List.of(), List.of(disks));
    return new VolumeLimit(20, new KubeletVolumes(kubelet, DRIVER)).of(node);
  }

  private void remember(String directory, String driver, String handle) throws IOException {
    Path file = kubelet.resolve("plugins/kubernetes.io/csi").resolve(directory);
    Files.createDirectories(file.getParent());
    Files.writeString(
        file, "{\"driverName\":\"%s\",\"volumeHandle\":\"%s\"}".formatted(driver, handle));
  }

  @Test
  void nodeWithItsBootDiskHasAllPlaces() {
    assertThat(limit()).isEqualTo(20);
    assertThat(limit(BOOT)).isEqualTo(20);
  }

  @Test
  void diskAttachedByHandTakesAPlace() {
    assertThat(limit(BOOT, BY_HAND)).isEqualTo(19);
  }

  @Test
  void attachedVolumesAreCountedByTheSchedulerAndNotHere() throws IOException {
    String uuid = "0f3a9b52-8c6d-4e21-9c3e-5a7b1d2e4f60";
    remember(DRIVER + "/abc/vol_data.json", DRIVER, "bsm-staged");
    remember("volumeDevices/pv-1/data/vol_data.json", DRIVER, "bsm-raw");
    assertThat(
            limit(
                BOOT,
                BY_HAND,
                disk("bsm-staged", false, "static"),
                disk("bsm-raw", false, "static too"),
                disk("bsm-new", false, "pvc-" + uuid + "_uk8s-abc"),
                disk("bsm-old", false, "pvc-" + uuid)))
        .isEqualTo(19);
  }

  @Test
  void volumesOfOtherDriversAndBrokenFilesAreNotOurs() throws IOException {
    remember("volumeDevices/pv-1/data/vol_data.json", "nfs.csi.k8s.io", "bsm-hand");
    remember(DRIVER + "/abc/vol_data.json", "nfs.csi.k8s.io", "bsm-hand");
    Path broken = kubelet.resolve("plugins/kubernetes.io/csi/" + DRIVER + "/def/vol_data.json");
    Files.createDirectories(broken.getParent());
    Files.writeString(broken, "{\"driverName\":");
    assertThat(limit(BY_HAND)).isEqualTo(19);
  }

  @Test
  void strayFileAmongKubeletsVolumesDoesNotStopTheNode() throws IOException {
    Path csi = kubelet.resolve("plugins/kubernetes.io/csi");
    remember(DRIVER + "/abc/vol_data.json", DRIVER, "bsm-staged");
    remember("volumeDevices/pv-1/data/vol_data.json", DRIVER, "bsm-raw");
    Files.writeString(csi.resolve(DRIVER).resolve("stray"), "x");
    Files.writeString(csi.resolve("volumeDevices/stray"), "x");
    Files.createDirectories(csi.resolve(DRIVER + "/directory/vol_data.json"));
    Path latin = Files.createDirectory(csi.resolve(DRIVER).resolve("latin"));
    Files.write(latin.resolve("vol_data.json"), new byte[] {'{', '"', (byte) 0xe4, '"'});
    // What a bad sector gives: nothing is mapped at address 0.
    Path unreadable = Files.createDirectory(csi.resolve(DRIVER).resolve("unreadable"));
    Files.createSymbolicLink(unreadable.resolve("vol_data.json"), Path.of("/proc/self/mem"));
    assertThat(
            limit(BY_HAND, disk("bsm-staged", false, "static"), disk("bsm-raw", false, "static")))
        .isEqualTo(19);
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .hasSize(5)
        .allMatch(line -> line.contains(csi.toString()))
        .anyMatch(line -> line.contains("/unreadable/") && line.contains("Input/output error"));
  }

  @Test
  void fileInPlaceOfKubeletsDirectoryDoesNotStopTheNode() throws IOException {
    Path csi = Files.createDirectories(kubelet.resolve("plugins/kubernetes.io/csi"));
    Files.writeString(csi.resolve(DRIVER), "x");
    assertThat(limit(BY_HAND)).isEqualTo(19);
    assertThat(log.list).hasSize(1);
  }

  @Test
  void nodeWithoutVolumesIsNothingToWarnAbout() throws IOException {
    assertThat(limit()).isEqualTo(20);
    Files.createDirectories(kubelet.resolve("plugins/kubernetes.io/csi/" + DRIVER + "/unstaged"));
    assertThat(limit()).isEqualTo(20);
    assertThat(log.list).isEmpty();
  }

  @Test
  void fullNodeSaysOneBecauseZeroMeansNoLimit() {
    NodeDisk[] many =
        Stream.concat(
                Stream.of(BOOT),
                IntStream.range(0, 25).mapToObj(i -> disk("bsm-" + i, false, "by hand")))
            .toArray(NodeDisk[]::new);
    assertThat(limit(many)).isEqualTo(1);
  }
}
