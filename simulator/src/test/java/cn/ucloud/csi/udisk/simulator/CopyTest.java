package cn.ucloud.csi.udisk.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig.Delays;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots and clones. */
class CopyTest extends RegionWithHosts {

  @Test
  void aSnapshotIsCreatingAndThenNormal() {
    String disk = inUse("one", "uhost-a");
    String id = snapshot(disk, "cut").at("/SnapshotId/0").asText();
    JsonNode shown = described(id);
    assertThat(shown.path("Status").asText()).isIn("Creating", "Normal");
    assertThat(shown.path("UDiskId").asText()).isEqualTo(disk);
    assertThat(shown.path("Name").asText()).isEqualTo("cut");
    assertThat(shown.path("Size").isTextual()).isTrue();
    assertThat(shown.path("DiskType").asInt(-1)).isEqualTo(2);
    assertThat(shown.path("UHostId").asText()).isEqualTo("uhost-a");
    awaitNormal(id);
  }

  @Test
  void aDiskHasThreeSnapshotsAndOneAtATime() {
    String disk = available("one");
    for (String name : new String[] {"a", "b", "c"}) {
      awaitNormal(snapshot(disk, name).at("/SnapshotId/0").asText());
    }
    assertThat(retCode(snapshot(disk, "d"))).isEqualTo(17011);
    assertThat(of(disk).path("TotalCount").asInt()).isEqualTo(3);
    assertThat(retCode(client.call("DescribeUDiskSnapshot", "UDiskId", disk)))
        .as("UDiskId needs Zone")
        .isEqualTo(230);
  }

  @Test
  void deletingNamesOneSnapshotOrADisk() {
    String disk = available("one");
    String id = snapshot(disk, "a").at("/SnapshotId/0").asText();
    awaitNormal(id);
    assertThat(deleteSnapshot("SnapshotId", id, "UDiskId", disk)).isEqualTo(230);
    assertThat(deleteSnapshot("SnapshotId", id)).isZero();
    assertThat(of(disk).path("TotalCount").asInt(-1)).isZero();
    assertThat(deleteSnapshot("SnapshotId", id)).isEqualTo(17031);
    awaitNormal(snapshot(disk, "b").at("/SnapshotId/0").asText());
    assertThat(deleteSnapshot("UDiskId", disk)).isZero();
    assertThat(of(disk).path("TotalCount").asInt(-1)).isZero();
  }

  @Test
  void aDiskTakesItsSnapshotsWithIt() {
    String disk = available("one");
    awaitNormal(snapshot(disk, "a").at("/SnapshotId/0").asText());
    assertThat(delete(disk)).isZero();
    awaitStatus(disk, "absent");
    assertThat(simulator.state().snapshots()).isEmpty();
  }

  @Test
  void aCloneHasTheSourcesTypeAndAtLeastItsSize() {
    String disk = available("one", "DiskType", "SSDDataDisk", "Size", "20");
    String id = snapshot(disk, "a").at("/SnapshotId/0").asText();
    awaitNormal(id);
    JsonNode fromSnapshot = copy("CloneUDiskSnapshot", id, "Size", "10");
    String restored = fromSnapshot.at("/UDiskId/0").asText();
    awaitStatus(restored, "Available");
    assertThat(client.describe(restored).path("Size").asInt()).isEqualTo(20);
    assertThat(client.describe(restored).path("DiskType").asText()).isEqualTo("SSDDataDisk");
    String cloned = copy("CloneUDisk", disk, "Size", "40").path("UDiskId").asText();
    awaitStatus(cloned, "Available");
    assertThat(client.describe(cloned).path("Size").asInt()).isEqualTo(40);
  }

  @Test
  void aSourceIsLeftAloneWhileItIsCopied(@TempDir Path slowDir) {
    simulator.close();
    simulator =
        Simulator.start(
            SimulatorConfig.defaults(slowDir).withDelays(Delays.all(Duration.ofMillis(500))));
    client = new TestClient(simulator.endpoint());
    String disk = available("one");
    String clone = copy("CloneUDisk", disk).path("UDiskId").asText();
    simulator.console().freeze(clone);
    assertThat(client.status(clone)).isEqualTo("Cloning");
    assertThat(retCode(copy("CloneUDisk", disk))).isEqualTo(17086);
    assertThat(retCode(snapshot(disk, "a"))).isEqualTo(17086);
    assertThat(delete(disk)).isEqualTo(17086);
    assertThat(attach(disk, "uhost-a")).isEqualTo(17086);
    assertThat(delete(clone)).isEqualTo(17030);
    simulator.console().thaw(clone);
    awaitStatus(clone, "Available");
    assertThat(delete(disk)).isZero();
  }

  @Test
  void onlyADetachedDiskIsCloned() {
    assertThat(retCode(copy("CloneUDisk", inUse("one", "uhost-a")))).isEqualTo(17026);
    assertThat(retCode(copy("CloneUDisk", "bsm-none"))).isEqualTo(17041);
    assertThat(retCode(copy("CloneUDiskSnapshot", "bsSnap-none"))).isEqualTo(17020);
  }

  private JsonNode snapshot(String disk, String name) {
    return client.call("CreateUDiskSnapshot", "Zone", ZONE, "UDiskId", disk, "Name", name);
  }

  private JsonNode copy(String action, String source, String... more) {
    String[] all = new String[6 + more.length];
    System.arraycopy(new String[] {"Zone", ZONE, "Name", "copy", "SourceId", source}, 0, all, 0, 6);
    System.arraycopy(more, 0, all, 6, more.length);
    return client.call(action, all);
  }

  private int deleteSnapshot(String... which) {
    String[] all = new String[2 + which.length];
    System.arraycopy(new String[] {"Zone", ZONE}, 0, all, 0, 2);
    System.arraycopy(which, 0, all, 2, which.length);
    return retCode(client.call("DeleteUDiskSnapshot", all));
  }

  private JsonNode of(String disk) {
    return client.call("DescribeUDiskSnapshot", "Zone", ZONE, "UDiskId", disk);
  }

  private JsonNode described(String id) {
    return client.call("DescribeUDiskSnapshot", "SnapshotId", id).at("/DataSet/0");
  }

  private void awaitNormal(String id) {
    await()
        .pollInterval(Duration.ofMillis(10))
        .until(() -> described(id).path("Status").asText().equals("Normal"));
  }
}
