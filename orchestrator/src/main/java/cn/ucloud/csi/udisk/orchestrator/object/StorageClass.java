package cn.ucloud.csi.udisk.orchestrator.object;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The part of a StorageClass that reaches the driver. */
public record StorageClass(Map<String, String> parameters, List<String> mountOptions) {
  private static final String RESERVED_PREFIX = "csi.storage.k8s.io/";

  public StorageClass {
    parameters = Map.copyOf(parameters);
    mountOptions = List.copyOf(mountOptions);
  }

  /** A class with the two parameters that the closed driver's documentation asks for. */
  public static StorageClass of(String type, String fsType) {
    return new StorageClass(Map.of("type", type, "fsType", fsType), List.of());
  }

  /** How volumes of this class are mounted. The old key is known in any spelling of its case. */
  public MountAccess access() {
    Optional<String> fsType =
        parameters.entrySet().stream()
            .filter(e ->
                e.getKey().toLowerCase(Locale.ROOT).equals("fstype")
                    || e.getKey().equals(RESERVED_PREFIX + "fstype"))
            .map(Map.Entry::getValue)
            .findFirst();
    return new MountAccess(fsType.orElse(""), mountOptions);
  }

  /** What the driver gets to see: reserved keys are the sidecar's, the old fsType key stays. */
  public Map<String, String> driverParameters() {
    Map<String, String> result = new TreeMap<>(parameters);
    result.keySet().removeIf(key -> key.startsWith(RESERVED_PREFIX));
    return result;
  }
}
