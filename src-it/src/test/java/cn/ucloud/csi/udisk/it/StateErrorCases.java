package cn.ucloud.csi.udisk.it;

import static cn.ucloud.csi.udisk.it.ControllerCalls.GIB;

import csi.v1.CapacityRange;
import csi.v1.ControllerExpandVolumeRequest;
import csi.v1.ControllerGetVolumeHealthRequest;
import csi.v1.ControllerGetVolumeRequest;
import csi.v1.ControllerListVolumeHealthRequest;
import csi.v1.ControllerModifyVolumeRequest;
import csi.v1.ListVolumesRequest;

/** Calls about volumes as they are, and their growth, that cannot succeed. */
final class StateErrorCases {
  private static final String EXPAND = "ControllerExpandVolume";
  private static final String GET = "ControllerGetVolume";
  private static final String LIST = "ListVolumes";
  private static final String HEALTH = "ControllerGetVolumeHealth";
  private static final String ALL_HEALTH = "ControllerListVolumeHealth";

  private final ErrorCases cases;

  StateErrorCases(ErrorCases cases) {
    this.cases = cases;
  }

  /** Calls of a controller that has everything it needs. */
  void add(ControllerCalls calls, ControllerErrorCases.Volumes volumes) {
    cases.add(EXPAND, "no volume id", () -> expand(calls, "", 30, 0));
    cases.add(EXPAND, "no size", () -> expand(calls, volumes.free(), 0, 0));
    cases.add(EXPAND, "unknown volume", () -> expand(calls, "bsm-unknown", 30, 0));
    cases.add(
        EXPAND, "larger than the type allows", () -> expand(calls, volumes.free(), 1_000_000, 0));
    cases.add(EXPAND, "no disk size within the limit", () -> expand(calls, volumes.free(), 11, 12));
    cases.add(GET, "no volume id", () -> get(calls, ""));
    cases.add(GET, "unknown volume", () -> get(calls, "bsm-unknown"));
    cases.add(
        LIST,
        "unknown token",
        () -> list(calls, ListVolumesRequest.newBuilder().setStartingToken("nowhere")));
    cases.add(
        LIST,
        "negative size of a page",
        () -> list(calls, ListVolumesRequest.newBuilder().setMaxEntries(-1)));
    cases.add(HEALTH, "no volume id", () -> health(calls, ""));
    cases.add(HEALTH, "unknown volume", () -> health(calls, "bsm-unknown"));
    cases.add(
        ALL_HEALTH,
        "unknown token",
        () ->
            allHealth(
                calls, ControllerListVolumeHealthRequest.newBuilder().setStartingToken("nowhere")));
    cases.add(
        ALL_HEALTH,
        "negative size of a page",
        () -> allHealth(calls, ControllerListVolumeHealthRequest.newBuilder().setMaxEntries(-1)));
    cases.add(
        "ControllerModifyVolume",
        "always",
        () ->
            calls.call(stub ->
                stub.controllerModifyVolume(
                    ControllerModifyVolumeRequest.newBuilder()
                        .setVolumeId(volumes.free())
                        .putMutableParams("type", "rssd")
                        .build())));
  }

  /** Growth that the account does not allow, once {@code limit} is set. */
  void addLimit(
      String situation,
      ControllerCalls calls,
      ControllerErrorCases.Volumes volumes,
      Runnable limit) {
    cases.add(
        EXPAND,
        situation,
        () -> {
          limit.run();
          return expand(calls, volumes.free(), 30, 0);
        });
  }

  /** The same trouble with the cloud, for every call that asks it. */
  void addTrouble(String situation, ControllerCalls calls) {
    cases.add(EXPAND, situation, () -> expand(calls, "bsm-a", 30, 0));
    cases.add(GET, situation, () -> get(calls, "bsm-a"));
    cases.add(LIST, situation, () -> list(calls, ListVolumesRequest.newBuilder()));
    cases.add(HEALTH, situation, () -> health(calls, "bsm-a"));
    cases.add(
        ALL_HEALTH,
        situation,
        () -> allHealth(calls, ControllerListVolumeHealthRequest.newBuilder()));
  }

  private static Object expand(
      ControllerCalls calls, String volume, long requiredGib, long limitGib) {
    ControllerExpandVolumeRequest request =
        ControllerExpandVolumeRequest.newBuilder()
            .setVolumeId(volume)
            .setVolumeCapability(ControllerCalls.EXT4)
            .setCapacityRange(
                CapacityRange.newBuilder()
                    .setRequiredBytes(requiredGib * GIB)
                    .setLimitBytes(limitGib * GIB))
            .build();
    return calls.call(stub -> stub.controllerExpandVolume(request));
  }

  private static Object get(ControllerCalls calls, String volume) {
    ControllerGetVolumeRequest request =
        ControllerGetVolumeRequest.newBuilder().setVolumeId(volume).build();
    return calls.call(stub -> stub.controllerGetVolume(request));
  }

  private static Object health(ControllerCalls calls, String volume) {
    ControllerGetVolumeHealthRequest request =
        ControllerGetVolumeHealthRequest.newBuilder().setVolumeId(volume).build();
    return calls.call(stub -> stub.controllerGetVolumeHealth(request));
  }

  private static Object allHealth(
      ControllerCalls calls, ControllerListVolumeHealthRequest.Builder request) {
    return calls.call(stub -> stub.controllerListVolumeHealth(request.build()));
  }

  private static Object list(ControllerCalls calls, ListVolumesRequest.Builder request) {
    return calls.call(stub -> stub.listVolumes(request.build()));
  }
}
