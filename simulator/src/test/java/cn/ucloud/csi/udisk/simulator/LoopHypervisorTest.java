package cn.ucloud.csi.udisk.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig.Delays;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig.HypervisorKind;
import cn.ucloud.csi.udisk.simulator.model.HostSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a host sees of its disks, with real loop devices. */
class LoopHypervisorTest {
  private static final String ZONE = "cn-bj2-02";
  private static final long GIB = 1L << 30;

  @TempDir Path stateDir;
  private Simulator simulator;
  private TestClient client;

  @BeforeEach
  void start() {
    Loops.assumeTheyCanBeMade();
    simulator =
        Simulator.start(
            SimulatorConfig.defaults(stateDir)
                .withHypervisor(HypervisorKind.LOOP)
                .withDelays(Delays.all(Duration.ZERO))
                .withHosts(
                    HostSpec.of("uhost-a", ZONE),
                    HostSpec.of("uhost-b", ZONE),
                    HostSpec.of("uhost-old", ZONE).withNeedRestart(true),
                    HostSpec.of("uphost-m", ZONE)));
    client = new TestClient(simulator.endpoint());
  }

  @AfterEach
  void stop() throws IOException {
    if (simulator != null) {
      simulator.close();
    }
    Loops.clean(stateDir);
  }

  @Test
  void anAttachedDiskIsADeviceThatCarriesItsLetter() throws IOException {
    String id = attached("uhost-a");
    Path block = block("uhost-a", "vdb");
    assertThat(Loops.text(block.resolve("serial"))).isEqualTo("UCLOUD_DISK_VDB");
    assertThat(Loops.text(block.resolve("size"))).isEqualTo(Long.toString(10 * GIB / 512));
    assertThat(Loops.text(block.resolve("ro"))).isEqualTo("0");
    String number = Loops.text(block.resolve("dev"));
    String loop = Loops.below(stateDir).getFirst();
    assertThat(number).isEqualTo(Loops.text(Path.of("/sys/block", loop, "dev")));
    assertThat(Loops.text(block.resolve("diskseq")))
        .isEqualTo(Loops.text(Path.of("/sys/block", loop, "diskseq")));
    assertThat(simulator.guestRoot("uhost-a").resolve("sys/dev/block").resolve(number).toRealPath())
        .isEqualTo(block.toRealPath());
    assertThat(block.resolve("queue").toRealPath())
        .isEqualTo(Path.of("/sys/block", loop, "queue").toRealPath());
    assertThat(Loops.text(block.resolve("stat"))).isNotEmpty();
    Path node = node("uhost-a", "vdb");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(node)))
        .isEqualTo("rw-------");
    write(node, "hello");
    assertThat(read(stateDir.resolve("disks").resolve(id + ".img"))).isEqualTo("hello");
  }

  @Test
  void theBootDiskIsDescribedAndHasNoNode() {
    Path block = block("uhost-a", "vda");
    assertThat(Loops.text(block.resolve("serial"))).isEqualTo("UCLOUD_DISK_VDA");
    assertThat(Loops.text(block.resolve("size"))).isEqualTo(Long.toString(40 * GIB / 512));
    assertThat(node("uhost-a", "vda")).doesNotExist();
  }

  @Test
  void aDetachedDiskIsGoneAndKeepsItsContent() throws IOException {
    String id = attached("uhost-a");
    write(node("uhost-a", "vdb"), "kept");
    detach(id, "uhost-a");
    assertThat(block("uhost-a", "vdb")).doesNotExist();
    assertThat(node("uhost-a", "vdb")).doesNotExist();
    assertThat(Loops.below(stateDir)).isEmpty();
    attach(id, "uhost-b");
    assertThat(read(node("uhost-b", "vdb"))).isEqualTo("kept");
  }

  @Test
  void snapshotsAndClonesHoldWhatTheDiskHeldAtThatMoment() throws IOException {
    String id = attached("uhost-a");
    write(node("uhost-a", "vdb"), "before");
    String cut =
        client
            .call("CreateUDiskSnapshot", "Zone", ZONE, "UDiskId", id, "Name", "cut")
            .at("/SnapshotId/0")
            .asText();
    write(node("uhost-a", "vdb"), "after!");
    detach(id, "uhost-a");
    await()
        .until(() ->
            client
                .call("DescribeUDiskSnapshot", "SnapshotId", cut)
                .at("/DataSet/0/Status")
                .asText()
                .equals("Normal"));
    assertThat(read(image(copy("CloneUDiskSnapshot", cut).at("/UDiskId/0").asText())))
        .isEqualTo("before");
    String clone = copy("CloneUDisk", id).path("UDiskId").asText();
    assertThat(read(image(clone))).isEqualTo("after!");
    assertThat(Files.size(image(clone))).isEqualTo(20 * GIB);
  }

  private com.fasterxml.jackson.databind.JsonNode copy(String action, String source) {
    return client.call(action, "Zone", ZONE, "Name", "copy", "SourceId", source, "Size", "20");
  }

  private Path image(String disk) {
    return stateDir.resolve("disks").resolve(disk + ".img");
  }

  @Test
  void theKernelMayGiveAnotherLetterThanTheApiTells() throws IOException {
    simulator.console().letter("uhost-a", "vdz");
    String id = attached("uhost-a");
    assertThat(client.describe(id).path("DeviceName").asText()).isEqualTo("vdb");
    assertThat(block("uhost-a", "vdb")).doesNotExist();
    assertThat(Loops.text(block("uhost-a", "vdz").resolve("serial"))).isEqualTo("UCLOUD_DISK_VDB");
    attached("uhost-a");
    assertThat(Loops.text(block("uhost-a", "vdc").resolve("serial"))).isEqualTo("UCLOUD_DISK_VDC");
  }

  @Test
  void bareMetalHasNoSerial() {
    attached("uphost-m");
    assertThat(block("uphost-m", "vdb").resolve("size")).exists();
    assertThat(block("uphost-m", "vdb").resolve("serial")).doesNotExist();
  }

  @Test
  void growthShowsAtOnce() throws IOException {
    String id = attached("uhost-a");
    grow(id, "uhost-a");
    assertThat(Loops.text(block("uhost-a", "vdb").resolve("size")))
        .isEqualTo(Long.toString(20 * GIB / 512));
    assertThat(Loops.text(Path.of("/sys/block", Loops.below(stateDir).getFirst(), "size")))
        .isEqualTo(Long.toString(20 * GIB / 512));
  }

  @Test
  void oldHostsSeeGrowthAfterAPowerCycle() {
    String id = attached("uhost-old");
    Path size = block("uhost-old", "vdb").resolve("size");
    grow(id, "uhost-old");
    assertThat(Loops.text(size)).isEqualTo(Long.toString(10 * GIB / 512));
    simulator.console().powerOff("uhost-old");
    assertThat(block("uhost-old", "vdb")).doesNotExist();
    assertThat(block("uhost-old", "vda")).doesNotExist();
    simulator.console().powerOn("uhost-old");
    assertThat(Loops.text(size)).isEqualTo(Long.toString(20 * GIB / 512));
  }

  @Test
  void aDeviceThatIsStillOpenIsReportedAndGoesWithItsLastUser() throws IOException {
    String id = attached("uhost-a");
    try (FileChannel _ = FileChannel.open(node("uhost-a", "vdb"), StandardOpenOption.READ)) {
      detach(id, "uhost-a");
      assertThat(block("uhost-a", "vdb")).doesNotExist();
      assertThat(simulator.state().busyLoops()).singleElement().asString().contains(id);
      client.call("DeleteUDisk", "Zone", ZONE, "UDiskId", id);
      await().until(() -> client.status(id).equals("absent"));
      assertThat(simulator.state().busyLoops()).singleElement().asString().contains(id);
    }
    await().untilAsserted(() -> assertThat(Loops.below(stateDir)).isEmpty());
    assertThat(simulator.state().busyLoops()).isEmpty();
  }

  @Test
  void aDiskThatComesBackWhileOpenIsANewDevice() throws IOException {
    String id = attached("uhost-a");
    write(node("uhost-a", "vdb"), "before");
    String old = Loops.text(block("uhost-a", "vdb").resolve("diskseq"));
    try (FileChannel open =
        FileChannel.open(
            node("uhost-a", "vdb"), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      detach(id, "uhost-a");
      attach(id, "uhost-a");
      assertThat(Loops.text(block("uhost-a", "vdb").resolve("diskseq"))).isNotEqualTo(old);
      write(open, "lost");
      assertThat(read(node("uhost-a", "vdb"))).isEqualTo("before");
      write(node("uhost-a", "vdb"), "after!");
    }
    await().untilAsserted(() -> assertThat(Loops.below(stateDir)).hasSize(1));
    detach(id, "uhost-a");
    attach(id, "uhost-b");
    assertThat(read(node("uhost-b", "vdb"))).isEqualTo("after!");
    detach(id, "uhost-b");
    await().untilAsserted(() -> assertThat(Loops.below(stateDir)).isEmpty());
  }

  @Test
  void aRemovedHostHasNothingLeft() throws IOException {
    attached("uhost-a");
    simulator.console().remove("uhost-a");
    assertThat(simulator.guestRoot("uhost-a").resolve("sys/block")).isEmptyDirectory();
    assertThat(Loops.below(stateDir)).isEmpty();
  }

  private String attached(String hostId) {
    String id = client.create("one");
    await().until(() -> client.status(id).equals("Available"));
    attach(id, hostId);
    return id;
  }

  private void attach(String id, String hostId) {
    client.call("AttachUDisk", "UDiskId", id, "HostId", hostId);
    await().until(() -> client.status(id).equals("InUse"));
  }

  private void detach(String id, String hostId) {
    client.call("DetachUDisk", "UDiskId", id, "HostId", hostId);
    await().until(() -> client.status(id).equals("Available"));
  }

  private void grow(String id, String hostId) {
    client.call(
        "ResizeAttachedDisk", "Zone", ZONE, "UHostId", hostId, "DiskId", id, "DiskSpace", "20");
    await().until(() -> client.describe(id).path("Size").asInt() == 20);
  }

  private Path block(String hostId, String name) {
    return simulator.guestRoot(hostId).resolve("sys/block").resolve(name);
  }

  private Path node(String hostId, String name) {
    return simulator.guestRoot(hostId).resolve("dev").resolve(name);
  }

  private static void write(Path device, String text) throws IOException {
    try (FileChannel channel = FileChannel.open(device, StandardOpenOption.WRITE)) {
      write(channel, text);
    }
  }

  private static void write(FileChannel channel, String text) throws IOException {
    channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    channel.force(true);
  }

  private static String read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer buffer = ByteBuffer.allocate(16);
      channel.read(buffer);
      return new String(buffer.array(), StandardCharsets.US_ASCII).replace("\0", "");
    }
  }
}
