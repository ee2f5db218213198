package cn.ucloud.csi.udisk.it.suite;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.controller.ControllerService;
import cn.ucloud.csi.udisk.simulator.model.DiskStatus;
import csi.v1.CreateVolumeRequest;
import java.util.random.RandomGenerator;

/**
 * The life of a volume, its snapshot and its copies, with every changing RPC in it; every answer is
 * compared with the region.
 */
final class Story {
  private final VirtualTimeRegion lab;
  private final Orchestrator caller;

  /** Whether a call that was not answered is given up, and undone as the sidecars would. */
  private final RandomGenerator mood;

  private final double fickleness;

  Story(VirtualTimeRegion lab, Orchestrator caller, RandomGenerator mood, double fickleness) {
    this.lab = lab;
    this.caller = caller;
    this.mood = mood;
    this.fickleness = fickleness;
  }

  /** Makes everything, uses it, and takes it all away again. */
  void tell() {
    String volume = create(Requests.create("pvc-1", "ssd"));
    publish(volume, VirtualTimeRegion.HOST_A);
    String snapshot = snapshot("snap-1", volume);
    expand(volume);
    unpublish(volume, VirtualTimeRegion.HOST_A);
    String clone = create(Requests.clone("pvc-2", volume).toBuilder().build());
    String restored = create(Requests.restore("pvc-3", snapshot));
    publish(clone, VirtualTimeRegion.HOST_B);
    publish(restored, VirtualTimeRegion.BARE_METAL);
    unpublish(clone, VirtualTimeRegion.HOST_B);
    publish(clone, VirtualTimeRegion.HOST_A);
    unpublish(clone, "");
    unpublish(restored, VirtualTimeRegion.BARE_METAL);
    deleteSnapshot(snapshot);
    delete(restored);
    delete(clone);
    delete(volume);
  }

  /** The same of a volume that is cloned while a host has it. */
  void tellOfACloneInUse() {
    String volume = create(Requests.create("pvc-1", "ssd"));
    publish(volume, VirtualTimeRegion.HOST_A);
    String clone = create(Requests.clone("pvc-2", volume));
    assertThat(holdings().snapshots()).as("snapshots of a clone").isEmpty();
    assertThat(holdings().host(volume)).contains(VirtualTimeRegion.HOST_A);
    unpublish(volume, VirtualTimeRegion.HOST_A);
    delete(volume);
    delete(clone);
  }

  private String create(CreateVolumeRequest request) {
    while (true) {
      String volume =
          caller.untilDone(ControllerService::createVolume, request).getVolume().getVolumeId();
      RegionState holdings = holdings();
      assertThat(holdings.disk(volume).map(disk -> disk.status()))
          .as("%s", request.getName())
          .contains(DiskStatus.AVAILABLE);
      assertThat(holdings.disks())
          .as("disks of %s", request.getName())
          .filteredOn(disk -> disk.order().name().startsWith(request.getName()))
          .hasSize(1);
      if (!isFickle()) {
        return volume;
      }
      delete(volume); // The claim is gone; another one has the same name.
    }
  }

  private void publish(String volume, String node) {
    while (isFickle()) { // The pod goes before the volume has come.
      var _ =
          caller.once(ControllerService::controllerPublishVolume, Requests.publish(volume, node));
      unpublish(volume, node);
    }
    var _ =
        caller.untilDone(
            ControllerService::controllerPublishVolume, Requests.publish(volume, node));
    assertThat(holdings().host(volume)).contains(node);
  }

  private void unpublish(String volume, String node) {
    var _ =
        caller.untilDone(
            ControllerService::controllerUnpublishVolume, Requests.unpublish(volume, node));
    assertThat(holdings().host(volume)).isEmpty();
  }

  private void expand(String volume) {
    var _ =
        caller.untilDone(ControllerService::controllerExpandVolume, Requests.expand(volume, 20));
    assertThat(holdings().disk(volume).orElseThrow().order().sizeGb()).isEqualTo(20);
  }

  private String snapshot(String name, String volume) {
    while (true) {
      var answer =
          caller.untilDone(ControllerService::createSnapshot, Requests.snapshot(name, volume));
      String snapshot = answer.getSnapshot().getSnapshotId();
      assertThat(holdings().snapshots())
          .singleElement()
          .satisfies(taken -> assertThat(taken.id()).isEqualTo(snapshot));
      if (!isFickle()) {
        return snapshot;
      }
      deleteSnapshot(snapshot);
    }
  }

  private void deleteSnapshot(String snapshot) {
    var _ = caller.untilDone(ControllerService::deleteSnapshot, Requests.deleteSnapshot(snapshot));
    assertThat(holdings().snapshot(snapshot)).isEmpty();
  }

  private void delete(String volume) {
    var _ = caller.untilDone(ControllerService::deleteVolume, Requests.delete(volume));
    assertThat(holdings().disk(volume)).isEmpty();
  }

  private boolean isFickle() {
    return mood.nextDouble() < fickleness;
  }

  private RegionState holdings() {
    return RegionState.of(lab.simulator);
  }
}
