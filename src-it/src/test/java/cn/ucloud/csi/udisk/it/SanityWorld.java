package cn.ucloud.csi.udisk.it;

import static cn.ucloud.csi.udisk.it.ControllerCalls.untilCertain;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.orchestrator.call.CsiSocket;
import cn.ucloud.csi.udisk.simulator.model.HostSpec;
import csi.v1.NodeGetInfoRequest;
import csi.v1.NodeGetInfoResponse;
import java.nio.file.Path;
import java.util.Map;

/** The running processes that the suite is about, and the directories in which it mounts. */
final class SanityWorld implements AutoCloseable {
  /** Small enough for a case to fill it. */
  static final int PLACES = 3;

  private final Path directory;
  private final LoopCluster cluster;
  private final NodeGetInfoResponse node;
  private final Plugin fullNode;

  /** Takes the real path, as mounts and loop devices are told by it. */
  SanityWorld(Path directory) {
    this.directory = directory;
    this.cluster = new LoopCluster(directory).start();
    try {
      this.node = info(cluster.socket(LoopCluster.NODE_A));
      cluster
          .sandbox()
          .simulator()
          .console()
          .addHost(
              HostSpec.of("uhost-full", Sandbox.ZONE).withIp("10.9.0.9").withDiskLimit(PLACES));
      this.fullNode =
          cluster
              .sandbox()
              .startNode("node-full", "uhost-full", Map.of("--max-volumes-per-node", "" + PLACES));
      awaitSettled();
    } catch (RuntimeException | Error e) {
      cluster.close();
      throw e;
    }
  }

  /** Just after a start the controller does not take the absence of a disk for proof. */
  private void awaitSettled() {
    ControllerCalls calls = cluster.sandbox().calls();
    String volume = untilCertain(() -> calls.create("sanity-first")).getVolumeId();
    untilCertain(() -> calls.delete(volume));
  }

  private static NodeGetInfoResponse info(CsiSocket socket) {
    return new NodeCalls(socket)
        .call(stub -> stub.nodeGetInfo(NodeGetInfoRequest.getDefaultInstance()));
  }

  CsiSocket controllerSocket() {
    return cluster.sandbox().controllerSocket();
  }

  CsiSocket nodeSocket() {
    return cluster.socket(LoopCluster.NODE_A);
  }

  NodeGetInfoResponse node() {
    return node;
  }

  /** A node that has room for {@link #PLACES} volumes. */
  NodeGetInfoResponse fullNode() {
    return info(fullNode.socket());
  }

  LoopCluster cluster() {
    return cluster;
  }

  Path directory() {
    return directory;
  }

  void requireNothingLeft() {
    assertThat(cluster.sandbox().disks()).isEmpty();
    assertThat(cluster.sandbox().simulator().state().snapshots()).isEmpty();
    assertThat(cluster.mountPoints()).isEmpty();
    await().untilAsserted(() -> assertThat(cluster.loops()).isEmpty());
  }

  /** What the processes have logged. */
  String logs() {
    return cluster.sandbox().controller().log()
        + cluster.process(LoopCluster.NODE_A).log()
        + fullNode.process().log();
  }

  @Override
  public void close() {
    cluster.close();
  }
}
