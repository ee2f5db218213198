package cn.ucloud.csi.udisk.it.e2e;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The files of deploy/examples as a user would apply them, with a cluster's image and classes. */
final class Examples {
  static final Path DIRECTORY = Path.of("..", "deploy", "examples");

  private final RealCluster cluster;

  Examples(RealCluster cluster) {
    this.cluster = cluster;
  }

  void apply(String file) throws IOException {
    apply(file, "Delete");
  }

  /** The same in the test's class of the kind. */
  void apply(String file, String kind) throws IOException {
    load(file, kind).forEach(cluster::create);
  }

  /** The same, with its pods on nodes with these labels. */
  void apply(String file, String kind, Map<String, String> nodeLabels) throws IOException {
    for (HasMetadata item : load(file, kind)) {
      if (item instanceof Pod pod) {
        pod.getSpec().setNodeSelector(nodeLabels);
      }
      cluster.create(item);
    }
  }

  /** The pods of one that has been applied and whose pods are gone. */
  void applyPodsOf(String file) throws IOException {
    load(file, "Delete").stream().filter(Pod.class::isInstance).forEach(cluster::create);
  }

  /** The example of a disk that exists already, for this one, under the test's name. */
  void applyStaticDisk(String file, String disk) throws IOException {
    String name = cluster.namespace();
    for (HasMetadata item : load(file, "Delete")) {
      if (item instanceof PersistentVolume volume) {
        volume.getMetadata().setName(name);
        volume.getSpec().getClaimRef().setNamespace(name);
        volume.getSpec().getCsi().setVolumeHandle(disk);
        cluster.client().resource(volume).create();
      } else if (item instanceof PersistentVolumeClaim claim) {
        claim.getSpec().setVolumeName(name);
        cluster.create(claim);
      }
    }
  }

  /** The StorageClasses of a file. */
  List<StorageClass> classesOf(String file) throws IOException {
    return load(file, "Delete").stream().map(StorageClass.class::cast).toList();
  }

  private List<HasMetadata> load(String file, String kind) throws IOException {
    String yaml =
        Files.readString(DIRECTORY.resolve(file))
            .replace("busybox:1.37", cluster.settings().image())
            .replace(
                "storageClassName: ssd-csi-udisk", "storageClassName: " + cluster.classOf(kind));
    return cluster.load(yaml);
  }
}
