package cn.ucloud.csi.udisk.it;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.ControllerGetCapabilitiesRequest;
import csi.v1.ControllerGrpc;
import csi.v1.ControllerServiceCapability.RPC;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The sidecars that the chart starts find what they work with. One whose ability the driver does
 * not announce ends at once, and is started again and again.
 */
class ChartCapabilitiesIT {
  @TempDir private Path directory;

  @Test
  void theControllerAnnouncesWhatTheSidecarsOfTheChartNeed() {
    List<RPC.Type> announced = announced();
    assertThat(announced)
        .contains(
            RPC.Type.CREATE_DELETE_VOLUME,
            RPC.Type.PUBLISH_UNPUBLISH_VOLUME,
            RPC.Type.EXPAND_VOLUME);
    assertThat(Chart.ownValues().at("/snapshots/enabled").asText())
        .as("the snapshotter is wanted where the cluster serves snapshots, if the driver does too")
        .isEqualTo(announced.contains(RPC.Type.CREATE_DELETE_SNAPSHOT) ? "auto" : "false");
  }

  private List<RPC.Type> announced() {
    try (Sandbox sandbox = new Sandbox(directory, Duration.ZERO, Duration.ZERO).startController()) {
      return sandbox
          .socket()
          .call(
              ControllerGrpc::newBlockingStub,
              Duration.ofSeconds(10),
              stub ->
                  stub.controllerGetCapabilities(
                      ControllerGetCapabilitiesRequest.getDefaultInstance()))
          .getCapabilitiesList()
          .stream()
          .map(capability -> capability.getRpc().getType())
          .toList();
    }
  }
}
