package cn.ucloud.csi.udisk.it;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.ControllerServiceCapability.RPC;
import csi.v1.GetCapacityRequest;
import csi.v1.ListVolumesRequest;
import csi.v1.ListVolumesResponse;
import csi.v1.Volume;
import io.grpc.Status.Code;
import java.util.ArrayList;
import java.util.List;

/** What the Controller service says about itself and about all volumes. */
final class SanityListCases {
  private SanityListCases() {}

  static void add(SanityCase.Group group) {
    group
        .under("ControllerGetCapabilities")
        .add(
            "should return appropriate capabilities",
            calls ->
                assertThat(calls.announced())
                    .doesNotHaveDuplicates()
                    .doesNotContain(RPC.Type.UNKNOWN, RPC.Type.UNRECOGNIZED)
                    .contains(
                        RPC.Type.CREATE_DELETE_VOLUME,
                        RPC.Type.PUBLISH_UNPUBLISH_VOLUME,
                        RPC.Type.LIST_VOLUMES,
                        RPC.Type.EXPAND_VOLUME));
    group
        .under("GetCapacity")
        .add(
            "should return capacity (no optional values added)",
            calls -> {
              assertThat(calls.announced()).doesNotContain(RPC.Type.GET_CAPACITY);
              SanityCalls.refused(
                  Code.UNIMPLEMENTED,
                  () ->
                      calls.controller(
                          stub -> stub.getCapacity(GetCapacityRequest.getDefaultInstance())));
            });
    SanityCase.Group list = group.under("ListVolumes");
    list.add(
        "should return appropriate values (no optional values added)",
        calls -> {
          Volume volume = calls.create("sanity-listed");
          assertThat(ids(list(calls, 0, ""))).containsExactly(volume.getVolumeId());
        });
    list.add(
        "should fail when an invalid starting_token is passed",
        calls -> SanityCalls.refused(Code.ABORTED, () -> list(calls, 0, "invalid-token")));
    list.add(
        "check the presence of new volumes and absence of deleted ones in the volume list",
        SanityListCases::presence);
    list.add(
        "pagination should detect volumes added between pages and accept tokens when the last"
            + " volume from a page is deleted",
        SanityListCases::pages);
  }

  private static void presence(SanityCalls calls) {
    assertThat(ids(list(calls, 0, ""))).isEmpty();
    String volume = calls.create("sanity").getVolumeId();
    assertThat(ids(list(calls, 0, ""))).containsExactly(volume);
    calls.delete(volume);
    assertThat(ids(list(calls, 0, ""))).isEmpty();
  }

  private static void pages(SanityCalls calls) {
    List<String> all = new ArrayList<>();
    for (int count = 0; count < 3; count++) {
      all.add(calls.create("sanity-" + count).getVolumeId());
    }
    ListVolumesResponse first = list(calls, 2, "");
    assertThat(ids(first)).hasSize(2).isSubsetOf(all);
    for (String volume : ids(first)) {
      calls.delete(volume);
      all.remove(volume);
    }
    all.add(calls.create("new-addition").getVolumeId());
    ListVolumesResponse second = list(calls, 0, first.getNextToken());
    assertThat(ids(second)).containsExactlyInAnyOrderElementsOf(all);
    assertThat(second.getNextToken()).isEmpty();
  }

  private static ListVolumesResponse list(SanityCalls calls, int most, String token) {
    return calls.controller(stub ->
        stub.listVolumes(
            ListVolumesRequest.newBuilder().setMaxEntries(most).setStartingToken(token).build()));
  }

  private static List<String> ids(ListVolumesResponse response) {
    return response.getEntriesList().stream()
        .map(entry -> entry.getVolume().getVolumeId())
        .toList();
  }
}
