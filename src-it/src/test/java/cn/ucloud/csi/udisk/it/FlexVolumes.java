package cn.ucloud.csi.udisk.it;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesList;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code scripts/flexv-to-csi}, as the migration page tells to run it. */
final class FlexVolumes {
  private static final KubernetesSerialization JSON = new KubernetesSerialization();

  private FlexVolumes() {}

  /** What the script makes of one FlexVolume: a volume, and its claim if it was bound. */
  record Converted(PersistentVolume volume, Optional<PersistentVolumeClaim> claim) {}

  static Converted converted(String name, String disk) {
    Shell.Result result = convert(read(name, disk));
    if (result.code() != 0) {
      throw new AssertionError(result.output());
    }
    List<HasMetadata> items = JSON.unmarshal(result.output(), KubernetesList.class).getItems();
    return new Converted(
        (PersistentVolume) items.getFirst(),
        items.stream()
            .filter(PersistentVolumeClaim.class::isInstance)
            .map(PersistentVolumeClaim.class::cast)
            .findFirst());
  }

  static PersistentVolume read(String name, String disk) {
    return ClosedCorpus.read(
        "flexvolumes.yaml", PersistentVolume.class, name, Map.of("disk", disk));
  }

  /** How the script ends for what {@code kubectl get -o json} prints of this object. */
  static Shell.Result convert(HasMetadata object) {
    return Shell.attempt(JSON.asJson(object), script().toString());
  }

  static Shell.Result convertList(KubernetesList list) {
    return Shell.attempt(JSON.asJson(list), script().toString());
  }

  private static Path script() {
    Path script = Path.of("..", "scripts", "flexv-to-csi");
    return Files.exists(script) ? script : Path.of("scripts", "flexv-to-csi");
  }
}
