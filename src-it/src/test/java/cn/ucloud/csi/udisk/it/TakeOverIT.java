package cn.ucloud.csi.udisk.it;

import static cn.ucloud.csi.udisk.it.ControllerCalls.GIB;
import static cn.ucloud.csi.udisk.it.ControllerCalls.createRequest;
import static cn.ucloud.csi.udisk.it.ControllerCalls.untilCertain;
import static cn.ucloud.csi.udisk.it.TakeOver.HERE;
import static cn.ucloud.csi.udisk.it.TakeOver.THERE;
import static cn.ucloud.csi.udisk.it.TakeOver.handle;
import static java.util.Objects.requireNonNullElse;
import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.CreateVolumeRequest;
import csi.v1.Volume;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.storage.CSINode;
import io.fabric8.kubernetes.api.model.storage.CSINodeDriver;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.api.model.storage.VolumeAttachment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the closed driver has left in a cluster goes on with ours, while it is in use. */
class TakeOverIT {
  private static final String OLD_POD = "old-pod";
  private static final String NEW_POD = "new-pod";

  @TempDir(cleanup = CleanupMode.NEVER)
  private static Path directory;

  private static TakeOver world;

  @BeforeAll
  static void start() throws IOException {
    world = new TakeOver(directory.toRealPath()).start();
  }

  @AfterAll
  static void stop() {
    world.close();
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(world.sandbox().disks()).isEmpty();
    assertThat(world.cluster().mountPoints()).isEmpty();
  }

  /** Every PV, and every VolumeAttachment with one of them. */
  static Stream<Arguments> volumesInUse() {
    List<String> volumes = ClosedCorpus.names("volumes.yaml", PersistentVolume.class);
    List<String> attachments = ClosedCorpus.names("attachments.yaml", VolumeAttachment.class);
    return IntStream.range(0, volumes.size())
        .mapToObj(i -> Arguments.of(volumes.get(i), attachments.get(i % attachments.size())));
  }

  @ParameterizedTest
  @MethodSource("volumesInUse")
  void aVolumeInUseGoesOnAndEndsItsLifeWithUs(String name, String attachmentName)
      throws IOException {
    ClosedDriver closed = world.closed();
    String disk = closed.create(name);
    PersistentVolume volume =
        ClosedCorpus.read("volumes.yaml", PersistentVolume.class, name, Map.of("disk", disk));
    closed.attach(disk, "uhost-a");
    Path staging = world.staging(HERE, volume);
    closed.stage(disk, "uhost-a", staging);
    closed.publish(staging, world.target(HERE, volume, OLD_POD));
    Files.writeString(staging.resolve("note"), "kept");
    VolumeAttachment attachment =
        ClosedCorpus.read(
            "attachments.yaml",
            VolumeAttachment.class,
            attachmentName,
            Map.of("disk", disk, "pv", name));
    String node = nodeId(attachment);
    Map<String, String> context =
        requireNonNullElse(attachment.getStatus().getAttachmentMetadata(), Map.of());

    assertThat(world.attach(volume, node)).containsEntry("deviceName", "vdb");
    assertThat(world.stage(volume, HERE, context)).isEqualTo(staging);
    Path target = world.publish(volume, HERE, context, NEW_POD);
    assertThat(target.resolve("note")).hasContent("kept");
    assertThat(world.expandOnNode(volume, HERE, OLD_POD, 10)).isEqualTo(10 * GIB);
    world.unpublish(volume, HERE, OLD_POD);
    world.unpublish(volume, HERE, NEW_POD);
    world.unstage(volume, HERE);
    assertThat(world.cluster().mountPoints()).isEmpty();

    assertThat(world.expand(volume, 15)).isEqualTo(20 * GIB);
    world.stage(volume, HERE, context);
    assertThat(Files.getFileStore(staging).getTotalSpace()).isGreaterThan(19 * GIB);
    world.unstage(volume, HERE);
    world.detach(volume, node);
    assertThat(world.sandbox().hostOf(disk)).isEmpty();

    Map<String, String> ours = world.attach(volume, THERE);
    world.stage(volume, THERE, ours);
    assertThat(world.publish(volume, THERE, ours, NEW_POD).resolve("note")).hasContent("kept");
    world.unpublish(volume, THERE, NEW_POD);
    world.unstage(volume, THERE);
    world.detach(volume, THERE);
    untilCertain(() -> world.controller().delete(disk));
  }

  @Test
  void theNodeIsCalledAsTheClosedDriverCalledIt() {
    CSINodeDriver before =
        ClosedCorpus.read("csinode.yaml", CSINode.class, Map.of())
            .getFirst()
            .getSpec()
            .getDrivers()
            .getFirst();
    assertThat(world.info(HERE).getNodeId()).isEqualTo(before.getNodeID());
    assertThat(world.info(HERE).getAccessibleTopology().getSegmentsMap())
        .containsKeys(before.getTopologyKeys().toArray(String[]::new))
        .containsEntry("topology.udisk.csi.ucloud.cn/zone", Sandbox.ZONE);
    assertThat(world.info(HERE).getMaxVolumesPerNode())
        .isEqualTo((long) before.getAllocatable().getCount());
  }

  /** The Node is gone, and its VolumeAttachment must not keep the disk for ever. */
  @Test
  void aDiskComesOffANodeThatWasDeletedDuringTheTakeOver() {
    String disk = world.closed().create("pvc-" + UUID.randomUUID());
    world.closed().attach(disk, "uhost-a");
    world.removeNode(HERE);
    untilCertain(() -> world.controller().unpublish(disk, HERE));
    assertThat(world.sandbox().hostOf(disk)).isEmpty();
    untilCertain(() -> world.controller().delete(disk));
    world.addNode(HERE, "uhost-a");
  }

  /** The closed driver made the disk, and was stopped before its provisioner wrote the PV. */
  @Test
  void aClaimWhoseDiskIsThereGetsThatDisk() {
    String name = "pvc-" + UUID.randomUUID();
    String disk = world.closed().create(name);
    assertThat(untilCertain(() -> world.controller().create(name)).getVolumeId()).isEqualTo(disk);
    untilCertain(() -> world.controller().delete(disk));
  }

  static List<StorageClass> classes() {
    return ClosedCorpus.read("storage-classes.yaml", StorageClass.class, Map.of());
  }

  @ParameterizedTest
  @MethodSource("classes")
  void aClassMakesTheDiskThatItMade(StorageClass storageClass) {
    Map<String, String> parameters = storageClass.getParameters();
    CreateVolumeRequest request =
        createRequest("pvc-" + UUID.randomUUID())
            .clearParameters()
            .putAllParameters(parameters)
            .build();
    Volume volume = untilCertain(() -> world.controller().create(request));
    assertThat(volume.getVolumeContextMap()).containsEntry("type", parameters.get("type"));
    Map<String, String> order =
        world.sandbox().simulator().calls().of("CreateUDisk").getLast().parameters();
    assertThat(order)
        .containsEntry("DiskType", diskType(parameters.getOrDefault("type", "")))
        .containsEntry("ChargeType", chargeType(parameters.getOrDefault("chargeType", "dynamic")));
    assertThat(order.getOrDefault("CmkId", "")).isEqualTo(parameters.getOrDefault("cmkId", ""));
    assertThat(order.getOrDefault("UDataArkMode", "No"))
        .isEqualToIgnoringCase(parameters.getOrDefault("udataArkMode", "no"));
    assertThat(order.getOrDefault("Quantity", "1"))
        .isEqualTo(parameters.getOrDefault("quantity", "1"));
    untilCertain(() -> world.controller().delete(volume.getVolumeId()));
  }

  private static String diskType(String type) {
    return switch (type) {
      case "sata" -> "DataDisk";
      case "ssd" -> "SSDDataDisk";
      case "rssd" -> "RSSDDataDisk";
      default -> throw new IllegalArgumentException(type);
    };
  }

  private static String chargeType(String type) {
    return Character.toUpperCase(type.charAt(0)) + type.substring(1);
  }

  private static String nodeId(VolumeAttachment attachment) {
    return attachment
        .getMetadata()
        .getAnnotations()
        .getOrDefault("csi.alpha.kubernetes.io/node-id", "");
  }

  /** A FlexVolume was never staged: what is on the disk is the same. */
  @ParameterizedTest
  @MethodSource("flexVolumes")
  void aFlexVolumeBecomesAVolumeOfOurs(String name) throws IOException {
    ClosedDriver closed = world.closed();
    String disk = closed.create("flexv-" + name);
    closed.attach(disk, "uhost-a");
    Path old = directory.toRealPath().resolve("flexvolume");
    closed.stage(disk, "uhost-a", old);
    Files.writeString(old.resolve("note"), "kept");
    closed.unmount(old);
    closed.detach(disk, "uhost-a");

    PersistentVolume volume = FlexVolumes.migrated(name, disk);
    assertThat(handle(volume)).isEqualTo(disk);
    Map<String, String> context = world.attach(volume, HERE);
    world.stage(volume, HERE, context);
    assertThat(world.publish(volume, HERE, context, NEW_POD).resolve("note")).hasContent("kept");
    world.unpublish(volume, HERE, NEW_POD);
    world.unstage(volume, HERE);
    world.detach(volume, HERE);
    untilCertain(() -> world.controller().delete(disk));
  }

  static List<String> flexVolumes() {
    return ClosedCorpus.names("flexvolumes.yaml", PersistentVolume.class);
  }
}
