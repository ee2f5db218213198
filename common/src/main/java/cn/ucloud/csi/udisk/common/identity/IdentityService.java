package cn.ucloud.csi.udisk.common.identity;

import cn.ucloud.csi.udisk.common.grpc.CallDeadline;
import cn.ucloud.csi.udisk.common.grpc.Unary;
import com.google.protobuf.BoolValue;
import csi.v1.GetPluginCapabilitiesRequest;
import csi.v1.GetPluginCapabilitiesResponse;
import csi.v1.GetPluginInfoRequest;
import csi.v1.GetPluginInfoResponse;
import csi.v1.IdentityGrpc.IdentityImplBase;
import csi.v1.PluginCapability;
import csi.v1.PluginCapability.Service;
import csi.v1.PluginCapability.VolumeExpansion;
import csi.v1.ProbeRequest;
import csi.v1.ProbeResponse;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;

/** The Identity RPCs. */
public final class IdentityService extends IdentityImplBase {
  /** The name that CSIDriver objects, storage classes and existing PVs carry. */
  public static final String DRIVER_NAME = "udisk.csi.ucloud.cn";

  /**
   * Of the plugin as a whole: all its processes must name the same ones, whichever services they
   * have themselves (CSI, GetPluginCapabilities).
   */
  private static final List<PluginCapability> CAPABILITIES =
      List.of(
          offers(Service.Type.CONTROLLER_SERVICE),
          offers(Service.Type.VOLUME_ACCESSIBILITY_CONSTRAINTS),
          growsWhileInUse());

  /**
   * A sidecar asks again a second after it was told "not ready", and logs each time; it waits for
   * an answer as long as its {@code --timeout} says (csi-lib-utils, {@code rpc.ProbeForever}).
   */
  private static final Duration LONGEST_PROBE = Duration.ofSeconds(30);

  private final String version;
  private final Readiness readiness;

  public IdentityService(String version, Readiness readiness) {
    this.version = version;
    this.readiness = readiness;
  }

  @Override
  public void getPluginInfo(
      GetPluginInfoRequest request, StreamObserver<GetPluginInfoResponse> observer) {
    Unary.answer(
        observer,
        () ->
            GetPluginInfoResponse.newBuilder()
                .setName(DRIVER_NAME)
                .setVendorVersion(version)
                .build());
  }

  @Override
  public void getPluginCapabilities(
      GetPluginCapabilitiesRequest request,
      StreamObserver<GetPluginCapabilitiesResponse> observer) {
    Unary.answer(
        observer,
        () -> GetPluginCapabilitiesResponse.newBuilder().addAllCapabilities(CAPABILITIES).build());
  }

  /** Answers at once when work is welcome; else as soon as it is, and "not ready" in the end. */
  @Override
  public void probe(ProbeRequest request, StreamObserver<ProbeResponse> observer) {
    Unary.answer(
        observer, () -> ProbeResponse.newBuilder().setReady(BoolValue.of(becomesReady())).build());
  }

  private boolean becomesReady() {
    try {
      return readiness.awaitReady(probePatience());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Half of the caller's time is left for the answer: to take none for a fault would be wrong. */
  private static Duration probePatience() {
    return CallDeadline.findTimeLeft()
        .map(left -> left.dividedBy(2))
        .filter(half -> half.compareTo(LONGEST_PROBE) < 0)
        .orElse(LONGEST_PROBE);
  }

  private static PluginCapability offers(Service.Type type) {
    return PluginCapability.newBuilder().setService(Service.newBuilder().setType(type)).build();
  }

  private static PluginCapability growsWhileInUse() {
    return PluginCapability.newBuilder()
        .setVolumeExpansion(VolumeExpansion.newBuilder().setType(VolumeExpansion.Type.ONLINE))
        .build();
  }
}
