package cn.ucloud.csi.udisk.it;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.orchestrator.call.CsiSocket;
import csi.v1.GetPluginCapabilitiesRequest;
import csi.v1.GetPluginInfoRequest;
import csi.v1.IdentityGrpc;
import csi.v1.IdentityGrpc.IdentityBlockingStub;
import csi.v1.PluginCapability;
import csi.v1.PluginCapability.Service;
import csi.v1.PluginCapability.VolumeExpansion;
import csi.v1.ProbeRequest;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/** The Identity service, of both processes. */
final class SanityIdentityCases {
  private SanityIdentityCases() {}

  static void add(SanityCase.Group group) {
    group
        .under("GetPluginCapabilities")
        .add(
            "should return appropriate capabilities",
            calls ->
                assertThat(
                        both(
                            calls,
                            stub ->
                                stub.getPluginCapabilities(
                                        GetPluginCapabilitiesRequest.getDefaultInstance())
                                    .getCapabilitiesList()))
                    .as("whichever process is asked, it speaks for the whole plugin")
                    .allSatisfy(capabilities ->
                        assertThat(capabilities)
                            .containsExactlyInAnyOrder(
                                offers(Service.Type.CONTROLLER_SERVICE),
                                offers(Service.Type.VOLUME_ACCESSIBILITY_CONSTRAINTS),
                                growsOnline())));
    group
        .under("Probe")
        .add(
            "should return appropriate information",
            calls ->
                assertThat(both(calls, stub -> stub.probe(ProbeRequest.getDefaultInstance())))
                    .allMatch(answer -> answer.getReady().getValue()));
    group
        .under("GetPluginInfo")
        .add(
            "should return appropriate information",
            calls ->
                assertThat(
                        both(
                            calls,
                            stub -> stub.getPluginInfo(GetPluginInfoRequest.getDefaultInstance())))
                    .allSatisfy(info -> {
                      assertThat(info.getName())
                          .hasSizeLessThanOrEqualTo(63)
                          .matches("[a-zA-Z0-9]([-a-zA-Z0-9.]*[a-zA-Z0-9])?");
                      assertThat(info.getVendorVersion()).isNotBlank();
                    }));
  }

  private static <T> List<T> both(SanityCalls calls, Function<IdentityBlockingStub, T> rpc) {
    return List.of(
        ask(calls.world().nodeSocket(), rpc), ask(calls.world().controllerSocket(), rpc));
  }

  private static <T> T ask(CsiSocket socket, Function<IdentityBlockingStub, T> rpc) {
    return socket.call(IdentityGrpc::newBlockingStub, Duration.ofSeconds(30), rpc);
  }

  private static PluginCapability offers(Service.Type type) {
    return PluginCapability.newBuilder().setService(Service.newBuilder().setType(type)).build();
  }

  private static PluginCapability growsOnline() {
    return PluginCapability.newBuilder()
        .setVolumeExpansion(VolumeExpansion.newBuilder().setType(VolumeExpansion.Type.ONLINE))
        .build();
  }
}
