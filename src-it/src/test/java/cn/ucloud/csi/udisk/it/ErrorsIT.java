package cn.ucloud.csi.udisk.it;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.it.ErrorTables.CallRow;
import cn.ucloud.csi.udisk.orchestrator.call.CsiSocket;
import cn.ucloud.csi.udisk.simulator.fault.Fault;
import cn.ucloud.csi.udisk.simulator.model.DiskType;
import csi.v1.GetPluginCapabilitiesRequest;
import csi.v1.GetPluginInfoRequest;
import csi.v1.IdentityGrpc;
import csi.v1.IdentityGrpc.IdentityBlockingStub;
import csi.v1.ProbeRequest;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every row of {@code docs/errors.md}, asked of running processes. */
class ErrorsIT {
  /** Nobody listens on the discard port. */
  private static final String NOBODY = "http://127.0.0.1:9";

  @TempDir private static Path directory;
  private static final ErrorCases CASES = new ErrorCases();
  private static Sandbox sandbox;
  private static CsiSocket nobody;

  @BeforeAll
  static void start() {
    sandbox = new Sandbox(directory, Duration.ZERO, Duration.ZERO).startController();
    sandbox.simulator().console().soldOut(Sandbox.ZONE, DiskType.NORMAL, true);
    nobody = new CsiSocket(directory.resolve("nobody.sock"));
    Plugin badKeys =
        sandbox.startController("bad-keys", Map.of(), Map.of("UCLOUD_API_PRIKEY", "wrong"));
    Plugin noApi =
        sandbox.startController("no-api", Map.of("--ucloud-api-endpoint", NOBODY), Map.of());
    Plugin node = sandbox.startNode("node", "uhost-a", Map.of("--device-timeout", "1s"));
    Plugin noMetadata =
        sandbox.startNode("no-metadata", "uhost-a", Map.of("--metadata-url", NOBODY));

    ControllerErrorCases controllers = new ControllerErrorCases(CASES);
    StateErrorCases states = new StateErrorCases(CASES);
    SnapshotErrorCases snapshots = new SnapshotErrorCases(CASES);
    ControllerErrorCases.Volumes volumes = volumes();
    controllers.add(sandbox.calls(), volumes);
    states.add(sandbox.calls(), volumes);
    snapshots.add(sandbox.calls(), volumes);
    Map.of("the keys are wrong", badKeys, "the API is unreachable", noApi)
        .forEach((trouble, plugin) -> {
          ControllerCalls calls = new ControllerCalls(plugin.socket());
          controllers.addTrouble(trouble, calls);
          states.addTrouble(trouble, calls);
          snapshots.addTrouble(trouble, calls);
        });
    NodeErrorCases nodes = new NodeErrorCases(CASES);
    nodes.add(new NodeCalls(node.socket()));
    nodes.addWithoutMetadata(new NodeCalls(noMetadata.socket()));
    addIdentity(badKeys, noApi);
    addLimits(states, snapshots, volumes);
    CASES.add(
        "any",
        "wrong socket: nobody listens",
        () -> new ControllerCalls(nobody).create("pvc-nowhere"));
    CASES.add(
        "any",
        "wrong socket: of the other process",
        () -> new ControllerCalls(node.socket()).create("pvc-nowhere"));
  }

  @AfterAll
  static void stop() {
    nobody.close();
    sandbox.close();
  }

  static List<CallRow> rows() {
    return ErrorTables.calls();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void answersWithTheCodeAndOneClearSentence(CallRow row) {
    Supplier<?> call = CASES.find(row.key()).orElseThrow();
    Status status = statusOf(call);
    assertThat(status.getCode()).as("%s", status).isEqualTo(Code.valueOf(row.code()));
    if (status.isOk()) {
      return;
    }
    String sentence = String.valueOf(status.getDescription()) + cause(status);
    assertThat(sentence).contains(row.names()).doesNotContain("\n", "Exception:", "null");
  }

  @Test
  void everyCaseIsInTheTable() {
    assertThat(CASES.keys())
        .containsExactlyInAnyOrderElementsOf(rows().stream().map(CallRow::key).toList());
  }

  @Test
  void everyRefusalNamesAFieldOrAnId() {
    assertThat(rows())
        .filteredOn(row -> !row.code().equals("OK"))
        .allSatisfy(row -> assertThat(row.names()).hasSizeGreaterThan(5));
  }

  @Test
  void nothingWasMadeByAllOfIt() {
    assertThat(sandbox.disksNamed("pvc-refused")).isEmpty();
    assertThat(sandbox.disksNamed("pvc-trouble")).isEmpty();
    assertThat(sandbox.disksNamed("pvc-nowhere")).isEmpty();
  }

  private static ControllerErrorCases.Volumes volumes() {
    ControllerCalls calls = sandbox.calls();
    String free = ControllerCalls.untilCertain(() -> calls.create("pvc-free")).getVolumeId();
    String attached =
        ControllerCalls.untilCertain(() -> calls.create("pvc-attached")).getVolumeId();
    var _ = ControllerCalls.untilCertain(() -> calls.publish(attached, "uhost-a"));
    return new ControllerErrorCases.Volumes(free, attached);
  }

  private static void addLimits(
      StateErrorCases states, SnapshotErrorCases snapshots, ControllerErrorCases.Volumes volumes) {
    states.addLimit(
        "the balance is too low", sandbox.calls(), volumes, () -> refuse("ResizeUDisk", 17063));
    snapshots.addLimit(
        "the disk has too many snapshots",
        sandbox.calls(),
        volumes,
        () -> refuse("CreateUDiskSnapshot", 17011));
  }

  private static void refuse(String action, int code) {
    sandbox.simulator().faults().add(Fault.retCode(action, code));
  }

  private static void addIdentity(Plugin badKeys, Plugin noApi) {
    ProbeRequest probe = ProbeRequest.getDefaultInstance();
    CASES.add("Probe", "the keys are wrong", () -> identity(badKeys, s -> s.probe(probe)));
    CASES.add("Probe", "the API is unreachable", () -> identity(noApi, s -> s.probe(probe)));
    CASES.add(
        "GetPluginInfo",
        "always",
        () -> identity(noApi, s -> s.getPluginInfo(GetPluginInfoRequest.getDefaultInstance())));
    CASES.add(
        "GetPluginCapabilities",
        "always",
        () ->
            identity(
                noApi,
                s -> s.getPluginCapabilities(GetPluginCapabilitiesRequest.getDefaultInstance())));
  }

  private static <T> T identity(Plugin plugin, Function<IdentityBlockingStub, T> rpc) {
    return plugin.socket().call(IdentityGrpc::newBlockingStub, Duration.ofSeconds(10), rpc);
  }

  private static Status statusOf(Supplier<?> call) {
    try {
      var _ = call.get();
      return Status.OK;
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCause() == null) { // said by a process, not by the client
        var _ = Refusal.of(e);
      }
      return e.getStatus();
    }
  }

  /** What a client adds that could not reach anybody. */
  private static String cause(Status status) {
    return status.getCause() == null ? "" : " " + status.getCause().getMessage();
  }
}
