package cn.ucloud.csi.udisk.it.suite;

import cn.ucloud.csi.udisk.controller.ControllerService;
import cn.ucloud.csi.udisk.simulator.model.Disk;
import cn.ucloud.csi.udisk.simulator.model.DiskStatus;
import cn.ucloud.csi.udisk.simulator.model.DiskType;
import csi.v1.ControllerExpandVolumeResponse;
import csi.v1.ControllerGetVolumeRequest;
import csi.v1.ControllerGetVolumeResponse;
import csi.v1.ControllerPublishVolumeResponse;
import csi.v1.CreateSnapshotResponse;
import csi.v1.CreateVolumeRequest;
import csi.v1.CreateVolumeResponse;
import csi.v1.GetSnapshotRequest;
import csi.v1.GetSnapshotResponse;
import csi.v1.ListSnapshotsRequest;
import csi.v1.ListSnapshotsResponse;
import csi.v1.ListVolumesRequest;
import csi.v1.ListVolumesResponse;
import csi.v1.ValidateVolumeCapabilitiesRequest;
import csi.v1.Volume;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One RPC in one situation.
 *
 * @param isVariant whether another one goes the same way through the driver; then one trouble of
 *     each kind is enough
 * @param prepare makes the situation and gives the call
 */
record Scenario(String name, boolean isVariant, Function<Stock, Act> prepare) {
  private Scenario(String name, Function<Stock, Act> prepare) {
    this(name, false, prepare);
  }

  private Scenario variant() {
    return new Scenario(name, true, prepare);
  }

  boolean isOfList() {
    return name.startsWith("List");
  }

  /** A call that can be repeated, and what an answer OK claims. */
  interface Act {
    Answer<?> call(ControllerService driver);

    /** Whether what the answer says is so. */
    boolean isTrue(Object response, RegionState holdings);
  }

  /** A call for one volume that is made after others. */
  enum Step {
    PUBLISH,
    PUBLISH_ELSEWHERE,
    UNPUBLISH,
    UNPUBLISH_ELSEWHERE,
    DELETE;

    static final List<List<Step>> SEQUENCES =
        List.of(
            List.of(PUBLISH, UNPUBLISH, PUBLISH, UNPUBLISH),
            List.of(PUBLISH, UNPUBLISH, PUBLISH_ELSEWHERE, UNPUBLISH_ELSEWHERE, DELETE));

    Act on(String volume) {
      return switch (this) {
        case PUBLISH -> publish(volume, VirtualTimeRegion.HOST_A);
        case PUBLISH_ELSEWHERE -> publish(volume, VirtualTimeRegion.HOST_B);
        case UNPUBLISH -> unpublish(volume, VirtualTimeRegion.HOST_A);
        case UNPUBLISH_ELSEWHERE -> unpublish(volume, VirtualTimeRegion.HOST_B);
        case DELETE -> delete(volume);
      };
    }
  }

  @FunctionalInterface
  private interface Rpc<Q, R> {
    void call(ControllerService driver, Q request, StreamObserver<R> observer);
  }

  @FunctionalInterface
  private interface Claim<R> {
    boolean isTrue(R response, RegionState holdings);
  }

  private static <Q, R> Act act(Rpc<Q, R> rpc, Q request, Claim<R> claim) {
    return new Act() {
      @Override
      public Answer<?> call(ControllerService driver) {
        return Answer.<Q, R>of((q, observer) -> rpc.call(driver, q, observer), request);
      }

      @Override
      @SuppressWarnings("unchecked") // It is the response of this same RPC.
      public boolean isTrue(Object response, RegionState holdings) {
        return claim.isTrue((R) response, holdings);
      }
    };
  }

  @Override
  public String toString() {
    return name;
  }

  static List<Scenario> all() {
    return List.of(
        new Scenario("CreateVolume", _ -> create(Requests.create("pvc-new", "ssd"))),
        new Scenario("CreateVolume of the second type", Scenario::fallback).variant(),
        new Scenario(
            "CreateVolume from a snapshot",
            stock -> create(Requests.restore("pvc-new", stock.snapshot(stock.disk())))),
        new Scenario(
            "CreateVolume from a volume", stock -> create(Requests.clone("pvc-new", stock.disk()))),
        new Scenario(
            "CreateVolume from a volume in use",
            stock -> cloneInUse(stock.diskOn(VirtualTimeRegion.HOST_A))),
        new Scenario("CreateVolume of one that exists", Scenario::existing).variant(),
        new Scenario("DeleteVolume", stock -> delete(stock.disk())),
        new Scenario(
            "ControllerPublishVolume", stock -> publish(stock.disk(), VirtualTimeRegion.HOST_A)),
        new Scenario(
                "ControllerPublishVolume to bare metal",
                stock -> publish(stock.disk(), VirtualTimeRegion.BARE_METAL))
            .variant(),
        new Scenario(
            "ControllerUnpublishVolume",
            stock -> unpublish(stock.diskOn(VirtualTimeRegion.HOST_A), VirtualTimeRegion.HOST_A)),
        new Scenario(
                "ControllerUnpublishVolume from any node",
                stock -> unpublish(stock.diskOn(VirtualTimeRegion.HOST_A), ""))
            .variant(),
        new Scenario("ControllerExpandVolume of a free one", stock -> expand(stock.disk())),
        new Scenario(
            "ControllerExpandVolume of an attached one",
            stock -> expand(stock.diskOn(VirtualTimeRegion.HOST_A))),
        new Scenario(
                "ControllerExpandVolume on bare metal",
                stock -> expand(stock.diskOn(VirtualTimeRegion.BARE_METAL)))
            .variant(),
        new Scenario("CreateSnapshot", stock -> snapshot(stock.diskOn(VirtualTimeRegion.HOST_A))),
        new Scenario("DeleteSnapshot", stock -> deleteSnapshot(stock.snapshot(stock.disk()))),
        new Scenario("ControllerGetVolume", stock -> get(stock.diskOn(VirtualTimeRegion.HOST_A))),
        new Scenario("ListVolumes", Scenario::list),
        new Scenario("GetSnapshot", stock -> getSnapshot(stock.snapshot(stock.disk()))),
        new Scenario("ListSnapshots", Scenario::listSnapshots),
        new Scenario("ValidateVolumeCapabilities", stock -> validate(stock.disk())));
  }

  private static Act create(CreateVolumeRequest request) {
    return act(
        ControllerService::createVolume,
        request,
        (CreateVolumeResponse response, RegionState holdings) -> {
          Volume volume = response.getVolume();
          return holdings.disks().stream()
                      .filter(disk -> disk.order().name().startsWith(request.getName()))
                      .count()
                  == 1
              && holdings
                  .disk(volume.getVolumeId())
                  .filter(disk ->
                      disk.order()
                          .name()
                          .equals(request.getName() + "_" + VirtualTimeRegion.CLUSTER))
                  .filter(disk -> disk.order().sizeGb() * Requests.GIB == volume.getCapacityBytes())
                  .filter(disk -> disk.status() == DiskStatus.AVAILABLE)
                  .isPresent();
        });
  }

  /** When it is there, nothing tells any more that a snapshot was needed. */
  private static Act cloneInUse(String volume) {
    Act clone = create(Requests.clone("pvc-new", volume));
    return new Act() {
      @Override
      public Answer<?> call(ControllerService driver) {
        return clone.call(driver);
      }

      @Override
      public boolean isTrue(Object response, RegionState holdings) {
        return clone.isTrue(response, holdings)
            && holdings.snapshots().isEmpty()
            && holdings.host(volume).isPresent();
      }
    };
  }

  private static Act fallback(Stock stock) {
    stock.soldOut(DiskType.RSSD);
    return create(Requests.create("pvc-new", "rssd,ssd"));
  }

  private static Act existing(Stock stock) {
    var _ = stock.named("pvc-new_" + VirtualTimeRegion.CLUSTER);
    return create(Requests.create("pvc-new", "ssd"));
  }

  private static Act delete(String volume) {
    return act(
        ControllerService::deleteVolume,
        Requests.delete(volume),
        (_, holdings) -> holdings.disk(volume).isEmpty());
  }

  private static Act publish(String volume, String node) {
    return act(
        ControllerService::controllerPublishVolume,
        Requests.publish(volume, node),
        (ControllerPublishVolumeResponse response, RegionState holdings) ->
            holdings
                .disk(volume)
                .filter(disk -> disk.isOn(node) && disk.status() == DiskStatus.IN_USE)
                .map(Disk::attachment)
                .map(attachment -> attachment.deviceName())
                .filter(letter ->
                    node.equals(VirtualTimeRegion.BARE_METAL)
                        || letter.equals(response.getPublishContextOrThrow("deviceName")))
                .isPresent());
  }

  private static Act unpublish(String volume, String node) {
    return act(
        ControllerService::controllerUnpublishVolume,
        Requests.unpublish(volume, node),
        (_, holdings) -> holdings.host(volume).isEmpty());
  }

  private static Act expand(String volume) {
    return act(
        ControllerService::controllerExpandVolume,
        Requests.expand(volume, 25),
        (ControllerExpandVolumeResponse response, RegionState holdings) ->
            response.getCapacityBytes() == 30 * Requests.GIB
                && holdings.disk(volume).filter(disk -> disk.order().sizeGb() == 30).isPresent());
  }

  private static Act snapshot(String volume) {
    return act(
        ControllerService::createSnapshot,
        Requests.snapshot("snap-new", volume),
        (CreateSnapshotResponse response, RegionState holdings) ->
            holdings.snapshots().size() == 1
                && holdings
                    .snapshot(response.getSnapshot().getSnapshotId())
                    .filter(snapshot -> snapshot.source().id().equals(volume))
                    .isPresent());
  }

  private static Act deleteSnapshot(String snapshot) {
    return act(
        ControllerService::deleteSnapshot,
        Requests.deleteSnapshot(snapshot),
        (_, holdings) -> holdings.snapshot(snapshot).isEmpty());
  }

  private static Act get(String volume) {
    return act(
        ControllerService::controllerGetVolume,
        ControllerGetVolumeRequest.newBuilder().setVolumeId(volume).build(),
        (ControllerGetVolumeResponse response, RegionState holdings) ->
            response
                .getStatus()
                .getPublishedNodeIdsList()
                .equals(List.of(VirtualTimeRegion.HOST_A)));
  }

  private static Act list(Stock stock) {
    String attached = stock.diskOn(VirtualTimeRegion.HOST_A);
    String free = stock.disk();
    return act(
        ControllerService::listVolumes,
        ListVolumesRequest.getDefaultInstance(),
        (ListVolumesResponse response, RegionState holdings) ->
            response.getEntriesList().stream()
                .collect(
                    Collectors.toMap(
                        entry -> entry.getVolume().getVolumeId(),
                        entry -> entry.getStatus().getPublishedNodeIdsList().size()))
                .equals(java.util.Map.of(attached, 1, free, 0)));
  }

  private static Act getSnapshot(String snapshot) {
    return act(
        ControllerService::getSnapshot,
        GetSnapshotRequest.newBuilder().setSnapshotId(snapshot).build(),
        (GetSnapshotResponse response, RegionState holdings) ->
            response.getSnapshot().getReadyToUse()
                && holdings.snapshot(response.getSnapshot().getSnapshotId()).isPresent());
  }

  private static Act listSnapshots(Stock stock) {
    String volume = stock.disk();
    String snapshot = stock.snapshot(volume);
    return act(
        ControllerService::listSnapshots,
        ListSnapshotsRequest.newBuilder().setSourceVolumeId(volume).build(),
        (ListSnapshotsResponse response, RegionState holdings) ->
            response.getEntriesCount() == 1
                && response.getEntries(0).getSnapshot().getSnapshotId().equals(snapshot));
  }

  private static Act validate(String volume) {
    return act(
        ControllerService::validateVolumeCapabilities,
        ValidateVolumeCapabilitiesRequest.newBuilder()
            .setVolumeId(volume)
            .addVolumeCapabilities(Requests.EXT4)
            .build(),
        (response, holdings) -> response.hasConfirmed());
  }
}
