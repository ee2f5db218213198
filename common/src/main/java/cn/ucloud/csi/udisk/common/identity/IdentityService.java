package cn.ucloud.csi.udisk.common.identity;

import cn.ucloud.csi.udisk.common.grpc.Unary;
import com.google.protobuf.BoolValue;
import csi.v1.GetPluginCapabilitiesRequest;
import csi.v1.GetPluginCapabilitiesResponse;
import csi.v1.GetPluginInfoRequest;
import csi.v1.GetPluginInfoResponse;
import csi.v1.IdentityGrpc.IdentityImplBase;
import csi.v1.PluginCapability;
import csi.v1.ProbeRequest;
import csi.v1.ProbeResponse;
import io.grpc.stub.StreamObserver;
import java.util.List;

/** The Identity RPCs. */
public final class IdentityService extends IdentityImplBase {
  /** The name that CSIDriver objects, storage classes and existing PVs carry. */
  public static final String DRIVER_NAME = "udisk.csi.ucloud.cn";

  private final String version;
  private final List<PluginCapability> capabilities;
  private final Readiness readiness;

  public IdentityService(String version, List<PluginCapability> capabilities, Readiness readiness) {
    this.version = version;
    this.capabilities = List.copyOf(capabilities);
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
        () -> GetPluginCapabilitiesResponse.newBuilder().addAllCapabilities(capabilities).build());
  }

  @Override
  public void probe(ProbeRequest request, StreamObserver<ProbeResponse> observer) {
    Unary.answer(
        observer,
        () ->
            ProbeResponse.newBuilder()
                .setReady(BoolValue.of(readiness.findObstacle().isEmpty()))
                .build());
  }
}
