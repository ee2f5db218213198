package cn.ucloud.csi.udisk.it;

import static cn.ucloud.csi.udisk.it.ControllerCalls.untilCertain;
import static cn.ucloud.csi.udisk.it.TakeOver.HERE;
import static cn.ucloud.csi.udisk.it.TakeOver.THERE;
import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.Volume;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.storage.CSINode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** What we leave behind can be used by the closed driver, as far as its ways are public. */
class RollbackIT {
  private static final String POD = "pod-1";

  @TempDir(cleanup = CleanupMode.NEVER)
  private Path directory;

  private TakeOver world;

  @BeforeEach
  void start() throws IOException {
    world = new TakeOver(directory.toRealPath());
    world.sandbox().withShortLease();
    var _ = world.start();
  }

  @AfterEach
  void stop() {
    world.close();
  }

  @Test
  void aVolumeOfOursGoesOnWithTheClosedDriverAndComesBack() throws IOException {
    String name = "pvc-" + UUID.randomUUID();
    Volume made = untilCertain(() -> world.controller().create(name));
    PersistentVolume volume =
        ClosedCorpus.read(
            "volumes.yaml",
            PersistentVolume.class,
            "static-data",
            Map.of("disk", made.getVolumeId()));
    volume.getMetadata().setName(name);
    volume.getSpec().getCsi().setVolumeAttributes(made.getVolumeContextMap());
    Map<String, String> context = world.attach(volume, HERE);
    Path staging = world.stage(volume, HERE, context);
    Path target = world.publish(volume, HERE, context, POD);
    Files.writeString(target.resolve("note"), "kept");
    requireReadableByTheClosedDriver(made, name);

    // Our pods are gone, and their mounts are still there.
    world.sandbox().killController();
    world.cluster().process(LoopCluster.NODE_A).kill();
    world.cluster().process(LoopCluster.NODE_B).kill();
    ClosedDriver closed = world.closed();
    String disk = made.getVolumeId();
    assertThat(target.resolve("note")).hasContent("kept");
    closed.unmount(target);
    closed.unmount(staging);
    closed.detach(disk, "uhost-a");
    closed.attach(disk, "uhost-b");
    Path there = world.staging(THERE, volume);
    closed.stage(disk, "uhost-b", there);
    assertThat(there.resolve("note")).hasContent("kept");
    Files.writeString(there.resolve("note"), "and changed");

    world.sandbox().startController();
    world.cluster().restart(LoopCluster.NODE_B);
    assertThat(world.attach(volume, THERE)).containsEntry("deviceName", "vdb");
    world.stage(volume, THERE, Map.of());
    assertThat(world.publish(volume, THERE, Map.of(), POD).resolve("note"))
        .hasContent("and changed");
    world.unpublish(volume, THERE, POD);
    world.unstage(volume, THERE);
    world.detach(volume, THERE);
    untilCertain(() -> world.controller().delete(disk));
    assertThat(world.sandbox().disks()).isEmpty();
  }

  private void requireReadableByTheClosedDriver(Volume made, String name) {
    CSINode node = ClosedCorpus.read("csinode.yaml", CSINode.class, Map.of()).getFirst();
    assertThat(world.info(HERE).getNodeId())
        .isEqualTo(node.getSpec().getDrivers().getFirst().getNodeID());
    assertThat(made.getVolumeContextMap()).containsEntry("type", "ssd");
    assertThat(made.getAccessibleTopology(0).getSegmentsMap())
        .as("the closed driver's nodes have no other keys")
        .containsOnlyKeys(node.getSpec().getDrivers().getFirst().getTopologyKeys());
    assertThat(world.sandbox().disksNamed(name))
        .as("a person who looks for the PV's name in the console finds the disk")
        .hasSize(1)
        .allSatisfy(disk -> assertThat(disk.order().name()).startsWith(name));
    String device = world.closed().device(made.getVolumeId(), "uhost-a").toString();
    assertThat(Shell.run("blkid", "-p", "-o", "value", "-s", "USAGE", "-s", "TYPE", device))
        .as("a filesystem on the whole disk")
        .contains("filesystem", "ext4");
    assertThat(Shell.run("dumpe2fs", "-h", device))
        .as("what old kernels and old e2fsprogs cannot read")
        .doesNotContain("orphan_file");
  }
}
