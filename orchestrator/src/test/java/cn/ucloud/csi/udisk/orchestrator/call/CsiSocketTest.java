package cn.ucloud.csi.udisk.orchestrator.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.orchestrator.ControllerPlugin;
import cn.ucloud.csi.udisk.orchestrator.FakeDriver;
import com.google.protobuf.BoolValue;
import csi.v1.IdentityGrpc;
import csi.v1.ProbeRequest;
import csi.v1.ProbeResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsiSocketTest {
  @TempDir Path directory;

  @Test
  void socketThatIsNotThereIsUnavailable() {
    try (CsiSocket socket = new CsiSocket(directory.resolve("csi.sock"))) {
      assertThatThrownBy(() -> probe(socket))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
    }
  }

  @Test
  void driverMayBeReplacedBetweenTwoCalls() throws IOException {
    try (CsiSocket socket = new CsiSocket(directory.resolve("csi.sock"))) {
      try (FakeDriver first = new FakeDriver(directory)) {
        assertThat(probe(socket)).isNotNull();
        assertThat(first.script().received(ProbeRequest.class)).hasSize(1);
      }
      try (FakeDriver second = new FakeDriver(directory)) {
        assertThat(probe(socket)).isNotNull();
        assertThat(second.script().received(ProbeRequest.class)).hasSize(1);
      }
    }
  }

  @Test
  void controllerThatIsNotReadyIsNotAskedFurther() throws IOException {
    try (FakeDriver driver = new FakeDriver(directory)) {
      driver
          .script()
          .answer(
              ProbeRequest.class, ProbeResponse.newBuilder().setReady(BoolValue.of(false)).build());

      assertThatThrownBy(() ->
              ControllerPlugin.await(driver.socket(), Duration.ofMillis(10), CallListener.NONE))
          .isInstanceOf(CallFailed.class)
          .hasMessageContaining("ready=false");
    }
  }

  private static ProbeResponse probe(CsiSocket socket) {
    return socket.call(
        IdentityGrpc::newBlockingStub,
        Duration.ofSeconds(10),
        stub -> stub.probe(ProbeRequest.getDefaultInstance()));
  }
}
