package cn.ucloud.csi.udisk.it;

import csi.v1.CreateSnapshotRequest;
import csi.v1.DeleteSnapshotRequest;
import csi.v1.GetSnapshotRequest;
import csi.v1.ListSnapshotsRequest;

/** Calls about snapshots that cannot succeed, or that succeed although they might not. */
final class SnapshotErrorCases {
  private static final String CREATE = "CreateSnapshot";
  private static final String DELETE = "DeleteSnapshot";
  private static final String GET = "GetSnapshot";
  private static final String LIST = "ListSnapshots";

  private final ErrorCases cases;

  SnapshotErrorCases(ErrorCases cases) {
    this.cases = cases;
  }

  /** Calls of a controller that has everything it needs. */
  void add(ControllerCalls calls, ControllerErrorCases.Volumes volumes) {
    cases.add(CREATE, "no name", () -> create(calls, "", volumes.free()));
    cases.add(CREATE, "no source", () -> create(calls, "snapshot-refused", ""));
    cases.add(CREATE, "unknown source", () -> create(calls, "snapshot-refused", "bsm-unknown"));
    cases.add(
        CREATE,
        "unknown parameter",
        () ->
            calls.call(stub ->
                stub.createSnapshot(
                    createRequest("snapshot-refused", volumes.free())
                        .putParameters("colour", "red")
                        .build())));
    cases.add(DELETE, "no snapshot id", () -> delete(calls, ""));
    cases.add(DELETE, "unknown snapshot", () -> delete(calls, "bss-unknown"));
    cases.add(GET, "no snapshot id", () -> get(calls, ""));
    cases.add(GET, "unknown snapshot", () -> get(calls, "bss-unknown"));
    cases.add(
        LIST,
        "unknown snapshot: an empty list",
        () -> list(calls, ListSnapshotsRequest.newBuilder().setSnapshotId("bss-unknown")));
    cases.add(
        LIST,
        "unknown token",
        () -> list(calls, ListSnapshotsRequest.newBuilder().setStartingToken("nowhere")));
    cases.add(
        LIST,
        "negative size of a page",
        () -> list(calls, ListSnapshotsRequest.newBuilder().setMaxEntries(-1)));
  }

  /** A snapshot that the account does not allow, once {@code limit} is set. */
  void addLimit(
      String situation,
      ControllerCalls calls,
      ControllerErrorCases.Volumes volumes,
      Runnable limit) {
    cases.add(
        CREATE,
        situation,
        () -> {
          limit.run();
          return create(calls, "snapshot-beyond-quota", volumes.free());
        });
  }

  /** The same trouble with the cloud, for every call that asks it. */
  void addTrouble(String situation, ControllerCalls calls) {
    cases.add(CREATE, situation, () -> create(calls, "snapshot-trouble", "bsm-a"));
    cases.add(DELETE, situation, () -> delete(calls, "bss-a"));
    cases.add(GET, situation, () -> get(calls, "bss-a"));
    cases.add(LIST, situation, () -> list(calls, ListSnapshotsRequest.newBuilder()));
  }

  private static Object create(ControllerCalls calls, String name, String source) {
    CreateSnapshotRequest request = createRequest(name, source).build();
    return calls.call(stub -> stub.createSnapshot(request));
  }

  private static CreateSnapshotRequest.Builder createRequest(String name, String source) {
    return CreateSnapshotRequest.newBuilder().setName(name).setSourceVolumeId(source);
  }

  private static Object delete(ControllerCalls calls, String snapshot) {
    DeleteSnapshotRequest request =
        DeleteSnapshotRequest.newBuilder().setSnapshotId(snapshot).build();
    return calls.call(stub -> stub.deleteSnapshot(request));
  }

  private static Object get(ControllerCalls calls, String snapshot) {
    GetSnapshotRequest request = GetSnapshotRequest.newBuilder().setSnapshotId(snapshot).build();
    return calls.call(stub -> stub.getSnapshot(request));
  }

  private static Object list(ControllerCalls calls, ListSnapshotsRequest.Builder request) {
    return calls.call(stub -> stub.listSnapshots(request.build()));
  }
}
