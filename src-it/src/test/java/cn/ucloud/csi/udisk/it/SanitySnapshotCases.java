package cn.ucloud.csi.udisk.it;

import static cn.ucloud.csi.udisk.it.SanityCalls.SECRETS;
import static cn.ucloud.csi.udisk.it.SanityCalls.refused;
import static cn.ucloud.csi.udisk.it.SanityCalls.unique;
import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.CreateSnapshotRequest;
import csi.v1.DeleteSnapshotRequest;
import csi.v1.GetSnapshotRequest;
import csi.v1.ListSnapshotsRequest;
import csi.v1.ListSnapshotsResponse;
import csi.v1.Snapshot;
import io.grpc.Status.Code;
import java.util.ArrayList;
import java.util.List;

/** Taking, finding and deleting snapshots. */
final class SanitySnapshotCases {
  private static final int PAGE = 2;

  private SanitySnapshotCases() {}

  static void add(List<SanityCase> cases) {
    addList(new SanityCase.Group(cases, "ListSnapshots"));
    addGet(new SanityCase.Group(cases, "GetSnapshot"));
    addDelete(new SanityCase.Group(cases, "DeleteSnapshot"));
    addCreate(new SanityCase.Group(cases, "CreateSnapshot"));
  }

  private static void addList(SanityCase.Group list) {
    list.add(
        "should return appropriate values (no optional values added)",
        calls -> assertThat(ids(calls, ListSnapshotsRequest.newBuilder())).isEmpty());
    list.add(
        "should return snapshots that match the specified snapshot id",
        calls -> {
          Snapshot wanted = three(calls).get(1);
          assertThat(
                  ids(
                      calls,
                      ListSnapshotsRequest.newBuilder().setSnapshotId(wanted.getSnapshotId())))
              .containsExactly(wanted.getSnapshotId());
        });
    list.add(
        "should return empty when the specified snapshot id does not exist",
        calls ->
            assertThat(ids(calls, ListSnapshotsRequest.newBuilder().setSnapshotId("none-exist-id")))
                .isEmpty());
    list.add(
        "should return snapshots that match the specified source volume id",
        calls -> {
          Snapshot wanted = three(calls).get(1);
          assertThat(
                  ids(
                      calls,
                      ListSnapshotsRequest.newBuilder()
                          .setSourceVolumeId(wanted.getSourceVolumeId())))
              .containsExactly(wanted.getSnapshotId());
        });
    list.add(
        "should return empty when the specified source volume id does not exist",
        calls ->
            assertThat(
                    ids(
                        calls,
                        ListSnapshotsRequest.newBuilder().setSourceVolumeId(unique("fake-vol-id"))))
                .isEmpty());
    list.add(
        "check the presence of new snapshots in the snapshot list",
        calls -> {
          ListSnapshotsRequest.Builder everything = ListSnapshotsRequest.newBuilder();
          assertThat(ids(calls, everything)).isEmpty();
          Snapshot snapshot = taken(calls, "sanity-listed");
          assertThat(ids(calls, everything)).containsExactly(snapshot.getSnapshotId());
          calls.deleteSnapshot(snapshot.getSnapshotId());
          assertThat(ids(calls, everything)).isEmpty();
        });
    list.add(
        "should return next token when a limited number of entries are requested",
        SanitySnapshotCases::pages);
  }

  private static void pages(SanityCalls calls) {
    List<String> all = new ArrayList<>();
    for (int count = 0; count < 5; count++) {
      all.add(taken(calls, "sanity-page").getSnapshotId());
    }
    ListSnapshotsResponse first =
        list(calls, ListSnapshotsRequest.newBuilder().setMaxEntries(PAGE));
    List<String> seen = new ArrayList<>(ids(first));
    assertThat(seen).hasSize(PAGE);
    List<String> rest =
        ids(calls, ListSnapshotsRequest.newBuilder().setStartingToken(first.getNextToken()));
    assertThat(rest).hasSize(all.size() - PAGE);
    seen.addAll(rest);
    assertThat(seen).containsExactlyInAnyOrderElementsOf(all);
  }

  private static void addGet(SanityCase.Group get) {
    get.add(
        "should return an error", calls -> refused(Code.INVALID_ARGUMENT, () -> get(calls, "")));
    get.add(
        "should return snapshot that match the specified snapshot id",
        calls -> {
          Snapshot wanted = three(calls).get(1);
          Snapshot found = get(calls, wanted.getSnapshotId());
          assertThat(found.getSnapshotId()).isEqualTo(wanted.getSnapshotId());
          assertThat(found.getSourceVolumeId()).isEqualTo(wanted.getSourceVolumeId());
          assertThat(found.getCreationTime()).isEqualTo(wanted.getCreationTime());
        });
    get.add(
        "should return an error when the specified snapshot id does not exist",
        calls -> refused(Code.NOT_FOUND, () -> get(calls, "none-exist-id")));
  }

  private static void addDelete(SanityCase.Group delete) {
    delete.add(
        "should fail when no snapshot id is provided",
        calls ->
            refused(
                Code.INVALID_ARGUMENT,
                () ->
                    calls.controller(
                        stub -> stub.deleteSnapshot(DeleteSnapshotRequest.getDefaultInstance()))));
    delete.add(
        "should succeed when an invalid snapshot id is used",
        calls -> calls.deleteSnapshot("reallyfakesnapshotid"));
    delete.add(
        "should return appropriate values (no optional values added)",
        calls -> {
          String snapshot = taken(calls, "sanity-deleted").getSnapshotId();
          calls.deleteSnapshot(snapshot);
          refused(Code.NOT_FOUND, () -> get(calls, snapshot));
          calls.deleteSnapshot(snapshot);
        });
  }

  private static void addCreate(SanityCase.Group create) {
    create.add(
        "should fail when no name is provided",
        calls -> refused(Code.INVALID_ARGUMENT, () -> create(calls, "", "testId")));
    create.add(
        "should fail when no source volume id is provided",
        calls -> refused(Code.INVALID_ARGUMENT, () -> create(calls, "name", "")));
    create.add(
        "should succeed when requesting to create a snapshot with already existing name and same"
            + " source volume ID",
        calls -> takenTwice(calls, unique("sanity-twice")));
    create.add(
        "should fail when requesting to create a snapshot with already existing name and different"
            + " source volume ID",
        calls -> {
          String name = unique("sanity-other");
          assertThat(calls.snapshot(name, calls.create("sanity-source").getVolumeId())).isNotNull();
          String other = calls.create("sanity-other-source").getVolumeId();
          refused(Code.ALREADY_EXISTS, () -> create(calls, name, other));
        });
    create.add(
        "should succeed when creating snapshot with maximum-length name",
        calls -> takenTwice(calls, unique("n".repeat(128 - 9))));
  }

  private static void takenTwice(SanityCalls calls, String name) {
    String volume = calls.create("sanity-source").getVolumeId();
    assertThat(calls.snapshot(name, volume).getSnapshotId())
        .isEqualTo(calls.snapshot(name, volume).getSnapshotId());
  }

  /** One that is asked for between two that must not be given. */
  private static List<Snapshot> three(SanityCalls calls) {
    return List.of(
        taken(calls, "sanity-unrelated"),
        taken(calls, "sanity-wanted"),
        taken(calls, "sanity-unrelated"));
  }

  private static Snapshot taken(SanityCalls calls, String name) {
    return calls.snapshot(unique(name), calls.create(name).getVolumeId());
  }

  private static Snapshot create(SanityCalls calls, String name, String volume) {
    return calls
        .controller(stub ->
            stub.createSnapshot(
                CreateSnapshotRequest.newBuilder()
                    .setName(name)
                    .setSourceVolumeId(volume)
                    .putAllSecrets(SECRETS)
                    .build()))
        .getSnapshot();
  }

  private static Snapshot get(SanityCalls calls, String snapshot) {
    return calls
        .controller(stub ->
            stub.getSnapshot(
                GetSnapshotRequest.newBuilder()
                    .setSnapshotId(snapshot)
                    .putAllSecrets(SECRETS)
                    .build()))
        .getSnapshot();
  }

  private static ListSnapshotsResponse list(
      SanityCalls calls, ListSnapshotsRequest.Builder request) {
    return calls.controller(stub -> stub.listSnapshots(request.putAllSecrets(SECRETS).build()));
  }

  private static List<String> ids(SanityCalls calls, ListSnapshotsRequest.Builder request) {
    return ids(list(calls, request));
  }

  private static List<String> ids(ListSnapshotsResponse response) {
    return response.getEntriesList().stream()
        .map(entry -> entry.getSnapshot().getSnapshotId())
        .toList();
  }
}
