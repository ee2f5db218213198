package cn.ucloud.csi.udisk.orchestrator;

import cn.ucloud.csi.udisk.orchestrator.call.CallListener;
import cn.ucloud.csi.udisk.orchestrator.call.CallSettings;
import cn.ucloud.csi.udisk.orchestrator.call.CsiSocket;
import cn.ucloud.csi.udisk.orchestrator.call.RetryLoop;
import csi.v1.ControllerGetCapabilitiesRequest;
import csi.v1.ControllerGrpc;
import csi.v1.ControllerServiceCapability.RPC;
import csi.v1.GetPluginCapabilitiesRequest;
import csi.v1.GetPluginInfoRequest;
import csi.v1.IdentityGrpc;
import csi.v1.PluginCapability;
import csi.v1.PluginCapability.Service;
import csi.v1.ProbeRequest;
import csi.v1.ProbeResponse;
import io.grpc.Status;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;

/** A controller process as its sidecars know it: where it listens, and what it announced. */
public record ControllerPlugin(
    CsiSocket socket, String driverName, Set<Service.Type> services, Set<RPC.Type> rpcs) {
  private static final CallSettings PROBING =
      CallSettings.provisioner()
          .withTimeout(Duration.ofSeconds(1))
          .withRetries(Duration.ofSeconds(1), Duration.ofSeconds(1));

  public ControllerPlugin {
    services = Set.copyOf(services);
    rpcs = Set.copyOf(rpcs);
  }

  /**
   * Does what every sidecar does at start: asks Probe until the driver is ready, then for its name
   * and abilities.
   *
   * @throws cn.ucloud.csi.udisk.orchestrator.call.CallFailed if it is not ready in time
   */
  public static ControllerPlugin await(CsiSocket socket, Duration patience, CallListener listener) {
    RetryLoop loop = new RetryLoop(PROBING.withPatience(patience), listener);
    String subject = socket.toString();
    loop.run("Probe", subject, () -> requireReady(socket, loop.timeout()));
    String name =
        loop.run(
            "GetPluginInfo",
            subject,
            () ->
                socket.call(
                    IdentityGrpc::newBlockingStub,
                    loop.timeout(),
                    s -> s.getPluginInfo(GetPluginInfoRequest.getDefaultInstance()).getName()));
    Set<Service.Type> services =
        loop.run("GetPluginCapabilities", subject, () -> services(socket, loop.timeout()));
    Set<RPC.Type> rpcs =
        loop.run("ControllerGetCapabilities", subject, () -> rpcs(socket, loop.timeout()));
    return new ControllerPlugin(socket, name, services, rpcs);
  }

  /** Refuses to play a sidecar that would not start beside this controller. */
  void require(RPC.Type rpc) {
    if (!rpcs.contains(rpc)) {
      throw new IllegalStateException("the controller does not announce " + rpc);
    }
  }

  private static ProbeResponse requireReady(CsiSocket socket, Duration timeout) {
    ProbeResponse response =
        socket.call(
            IdentityGrpc::newBlockingStub,
            timeout,
            s -> s.probe(ProbeRequest.getDefaultInstance()));
    if (response.hasReady() && !response.getReady().getValue()) {
      throw Status.UNAVAILABLE.withDescription("Probe says ready=false").asRuntimeException();
    }
    return response;
  }

  private static Set<Service.Type> services(CsiSocket socket, Duration timeout) {
    return socket
        .call(
            IdentityGrpc::newBlockingStub,
            timeout,
            s -> s.getPluginCapabilities(GetPluginCapabilitiesRequest.getDefaultInstance()))
        .getCapabilitiesList()
        .stream()
        .filter(PluginCapability::hasService)
        .map(capability -> capability.getService().getType())
        .collect(Collectors.toUnmodifiableSet());
  }

  private static Set<RPC.Type> rpcs(CsiSocket socket, Duration timeout) {
    return socket
        .call(
            ControllerGrpc::newBlockingStub,
            timeout,
            s -> s.controllerGetCapabilities(ControllerGetCapabilitiesRequest.getDefaultInstance()))
        .getCapabilitiesList()
        .stream()
        .map(capability -> capability.getRpc().getType())
        .collect(Collectors.toUnmodifiableSet());
  }
}
