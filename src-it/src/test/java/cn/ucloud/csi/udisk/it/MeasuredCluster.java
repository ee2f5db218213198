package cn.ucloud.csi.udisk.it;

import static cn.ucloud.csi.udisk.it.LoopCluster.NODE_A;

import cn.ucloud.csi.udisk.orchestrator.object.PersistentVolume;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A controller and a node that have done something of everything, and what their pages say. */
record MeasuredCluster(String volume, MetricsPage controller, MetricsPage node) {

  /** Has a volume made, attached and staged, and reads the pages then. */
  static MeasuredCluster read(Path directory) throws IOException {
    int controllerPort = FreePort.take();
    int nodePort = FreePort.take();
    try (LoopCluster cluster =
        new LoopCluster(directory.toRealPath())
            .withNodeFlags(NODE_A, Map.of("--http-listen", "127.0.0.1:" + nodePort))) {
      cluster.sandbox().with("--http-listen", "127.0.0.1:" + controllerPort);
      cluster.start();
      PersistentVolume volume = cluster.provision(NODE_A, "measured");
      var _ = cluster.attacher().attach(volume, NODE_A);
      var _ = cluster.kubelet(NODE_A).stage(volume);
      countErrors(cluster.sandbox().simulator().guestRoot("uhost-a").resolve("sys"));
      return new MeasuredCluster(
          volume.volumeHandle(), MetricsPage.read(controllerPort), MetricsPage.read(nodePort));
    }
  }

  /** The filesystem is counted under its loop device, which the simulated host does not know. */
  private static void countErrors(Path sys) throws IOException {
    try (DirectoryStream<Path> disks = Files.newDirectoryStream(sys.resolve("block"))) {
      for (Path disk : disks) {
        Path ext4 = sys.resolve("fs/ext4").resolve(disk.getFileName());
        Files.writeString(Files.createDirectories(ext4).resolve("errors_count"), "0\n");
      }
    }
  }
}
