package cn.ucloud.csi.udisk.it;

import static cn.ucloud.csi.udisk.it.SanityCalls.GIB;
import static cn.ucloud.csi.udisk.it.SanityCalls.SECRETS;
import static cn.ucloud.csi.udisk.it.SanityCalls.refused;
import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.CapacityRange;
import csi.v1.ControllerExpandVolumeRequest;
import csi.v1.ControllerExpandVolumeResponse;
import csi.v1.ControllerModifyVolumeRequest;
import csi.v1.ControllerServiceCapability.RPC;
import io.grpc.Status.Code;
import java.util.List;

/** Growing volumes, and changing them, which UDisk cannot and nobody is told that it can. */
final class SanityChangeCases {
  private SanityChangeCases() {}

  static void add(List<SanityCase> cases) {
    SanityCase.Group expand = new SanityCase.Group(cases, "ExpandVolume");
    expand.add(
        "should fail if no volume id is given",
        calls -> refused(Code.INVALID_ARGUMENT, () -> expand(calls, "", 20)));
    expand.add(
        "should fail if no capacity range is given",
        calls -> refused(Code.INVALID_ARGUMENT, () -> expand(calls, "fake-vol-id", 0)));
    expand.add(
        "should work",
        calls -> {
          String volume = calls.create("sanity-grown").getVolumeId();
          ControllerExpandVolumeResponse grown = expand(calls, volume, 20);
          assertThat(grown.getCapacityBytes()).isEqualTo(20 * GIB);
          assertThat(grown.getNodeExpansionRequired()).isEqualTo(calls.type() == AccessType.MOUNT);
        });
    SanityCase.Group modify = new SanityCase.Group(cases, "ModifyVolume");
    for (String name :
        List.of(
            "should fail if no volume id is given",
            "should fail if volume does not exist",
            "should fail if specified mutable parameters are not supported by the volume",
            "should modify a volume created without a volume attribute class",
            "should modify a volume created with a volume attribute class",
            "should fail to modify a volume created with a volume attribute class if new mutable"
                + " parameters are not supported by volume")) {
      modify.add(name, SanityChangeCases::nothingCanBeModified);
    }
  }

  private static void nothingCanBeModified(SanityCalls calls) {
    assertThat(calls.announced()).doesNotContain(RPC.Type.MODIFY_VOLUME);
    refused(
        Code.UNIMPLEMENTED,
        () ->
            calls.controller(stub ->
                stub.controllerModifyVolume(
                    ControllerModifyVolumeRequest.newBuilder()
                        .setVolumeId("fake-vol-id")
                        .putMutableParams("XXX_FakeKey", "XXX_FakeValue")
                        .build())));
  }

  static ControllerExpandVolumeResponse expand(SanityCalls calls, String volume, long gib) {
    ControllerExpandVolumeRequest.Builder request =
        ControllerExpandVolumeRequest.newBuilder()
            .setVolumeId(volume)
            .setVolumeCapability(calls.capability())
            .putAllSecrets(SECRETS);
    if (gib > 0) {
      request.setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(gib * GIB));
    }
    return calls.controller(stub -> stub.controllerExpandVolume(request.build()));
  }
}
