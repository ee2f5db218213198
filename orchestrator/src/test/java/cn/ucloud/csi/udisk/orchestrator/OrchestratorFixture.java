package cn.ucloud.csi.udisk.orchestrator;

import cn.ucloud.csi.udisk.orchestrator.call.CallListener;
import cn.ucloud.csi.udisk.orchestrator.call.CallSettings;
import cn.ucloud.csi.udisk.orchestrator.call.RecordingListener;
import cn.ucloud.csi.udisk.orchestrator.object.Claim;
import cn.ucloud.csi.udisk.orchestrator.object.Cluster;
import cn.ucloud.csi.udisk.orchestrator.object.NodeRegistration;
import cn.ucloud.csi.udisk.orchestrator.object.PersistentVolume;
import cn.ucloud.csi.udisk.orchestrator.object.Provisioning;
import cn.ucloud.csi.udisk.orchestrator.object.StorageClass;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** One fake driver that is controller and node in one, with every caller around it. */
final class OrchestratorFixture implements AutoCloseable {
  static final long GIB = 1L << 30;

  final RecordingListener listener = new RecordingListener();
  final FakeDriver driver;
  final Cluster cluster = new Cluster(FakeDriver.NAME);
  final Provisioner provisioner;
  final Attacher attacher;
  final Kubelet kubelet;

  OrchestratorFixture(Path directory) throws IOException {
    driver = new FakeDriver(directory);
    ControllerPlugin controller =
        ControllerPlugin.await(driver.socket(), Duration.ofSeconds(10), CallListener.NONE);
    provisioner = new Provisioner(cluster, controller, hasty(), listener);
    attacher = new Attacher(cluster, controller, hasty(), listener);
    kubelet =
        new Kubelet(
            cluster,
            new Kubelet.Node("node-1", directory.resolve("kubelet"), driver.socket()),
            hasty(),
            listener);
    cluster.putNode(new NodeRegistration("node-1", "uhost-1", Map.of("zone", "z1"), 20));
  }

  Claim claim() {
    return Claim.on("node-1", "data", 10 * GIB, StorageClass.of("ssd", "ext4"));
  }

  PersistentVolume volume() {
    if (provisioner.provision(claim()) instanceof Provisioning.Bound bound) {
      return bound.volume();
    }
    throw new AssertionError("the fake driver makes every volume");
  }

  @Override
  public void close() {
    driver.close();
  }

  private static CallSettings hasty() {
    return new CallSettings(
        Duration.ofSeconds(10), Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofSeconds(20));
  }
}
