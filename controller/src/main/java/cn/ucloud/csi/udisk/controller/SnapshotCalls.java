package cn.ucloud.csi.udisk.controller;

import cn.ucloud.csi.udisk.common.concurrent.OperationKind;
import cn.ucloud.csi.udisk.common.concurrent.Operations;
import cn.ucloud.csi.udisk.common.error.DriverException.NotFound;
import cn.ucloud.csi.udisk.common.model.SnapshotId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.audit.Interims;
import cn.ucloud.csi.udisk.controller.model.DiskName;
import cn.ucloud.csi.udisk.controller.model.Snapshot;
import cn.ucloud.csi.udisk.controller.request.CreateSnapshotCommand;
import cn.ucloud.csi.udisk.controller.request.ListQuery;
import com.google.protobuf.Timestamp;
import csi.v1.CreateSnapshotResponse;
import csi.v1.DeleteSnapshotResponse;
import csi.v1.GetSnapshotResponse;
import csi.v1.ListSnapshotsRequest;
import csi.v1.ListSnapshotsResponse;
import java.util.stream.Stream;

/**
 * What the snapshot RPCs do and answer. Interim snapshots are nobody's to look at: they go when the
 * clones are there that they were taken for.
 */
final class SnapshotCalls implements Interims {
  private final String clusterId;
  private final Operations operations;
  private final Storage storage;

  SnapshotCalls(String clusterId, Operations operations, Storage storage) {
    this.clusterId = clusterId;
    this.operations = operations;
    this.storage = storage;
  }

  CreateSnapshotResponse create(CreateSnapshotCommand command) {
    // No volume has such a name: the provisioner's begin with pvc-.
    Snapshot snapshot =
        operations.run(
            "snapshot " + command.name(),
            OperationKind.CREATE,
            command.spec(),
            progress -> storage.createSnapshot().create(command.spec(), progress));
    return CreateSnapshotResponse.newBuilder().setSnapshot(toProto(snapshot)).build();
  }

  DeleteSnapshotResponse delete(SnapshotId snapshot) {
    return operations.run(
        snapshot.value(),
        OperationKind.DELETE,
        snapshot,
        progress -> {
          storage.deleteSnapshot().delete(snapshot, progress);
          return DeleteSnapshotResponse.getDefaultInstance();
        });
  }

  @Override
  public long taken() {
    return storage.interims().taken();
  }

  @Override
  public void remove(SnapshotId snapshot) {
    var _ = delete(snapshot);
  }

  GetSnapshotResponse get(SnapshotId id) {
    Snapshot snapshot =
        find(id).findFirst().orElseThrow(() -> new NotFound("snapshot", id.value()));
    return GetSnapshotResponse.newBuilder().setSnapshot(toProto(snapshot)).build();
  }

  ListSnapshotsResponse list(ListSnapshotsRequest request) {
    ListQuery query = ListQuery.from(request.getMaxEntries(), request.getStartingToken());
    ListQuery.Part<Snapshot> part =
        query.of(
            wanted(request),
            snapshot ->
                new ListQuery.Position(
                    snapshot.createdAt().getEpochSecond(), snapshot.id().value()));
    ListSnapshotsResponse.Builder response =
        ListSnapshotsResponse.newBuilder().setNextToken(part.nextToken());
    for (Snapshot snapshot : part.entries()) {
      response.addEntriesBuilder().setSnapshot(toProto(snapshot));
    }
    return response.build();
  }

  private Stream<Snapshot> wanted(ListSnapshotsRequest request) {
    String source = request.getSourceVolumeId();
    if (!request.getSnapshotId().isEmpty()) {
      return find(new SnapshotId(request.getSnapshotId()))
          .filter(snapshot -> source.isEmpty() || snapshot.source().value().equals(source));
    }
    return (source.isEmpty()
            ? storage.snapshots().all()
            : storage.snapshots().of(new VolumeId(source)))
        .stream().filter(this::isForUsers);
  }

  private Stream<Snapshot> find(SnapshotId id) {
    return storage.snapshots().find(id).stream().filter(this::isForUsers);
  }

  private boolean isForUsers(Snapshot snapshot) {
    return !DiskName.isOfInterimSnapshot(snapshot.name(), clusterId);
  }

  private static csi.v1.Snapshot toProto(Snapshot snapshot) {
    return csi.v1.Snapshot.newBuilder()
        .setSnapshotId(snapshot.id().value())
        .setSourceVolumeId(snapshot.source().value())
        // What a volume made of it must ask for at least, not what its disk has: the provisioner
        // refuses a claim that asks for less, and claims are rounded up (decision 8).
        .setSizeBytes(snapshot.size().leastRequest())
        .setCreationTime(Timestamp.newBuilder().setSeconds(snapshot.createdAt().getEpochSecond()))
        .setReadyToUse(snapshot.isReady())
        .build();
  }
}
