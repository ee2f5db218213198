package cn.ucloud.csi.udisk.common.model;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The claim that a volume was made for, and its name in the cluster, under the keys of the
 * provisioner ({@code --extra-create-metadata}). A volume that was bound again later may be of
 * another claim: it is for people to read, and nothing is decided by it.
 */
public record MadeFor(String namespace, String claim, String volume) {
  private static final String PREFIX = "csi.storage.k8s.io/";
  private static final String NAMESPACE = PREFIX + "pvc/namespace";
  private static final String CLAIM = PREFIX + "pvc/name";
  private static final String VOLUME = PREFIX + "pv/name";

  /** Names of Kubernetes are no longer. */
  private static final int MOST_CHARACTERS = 253;

  /** Empty where neither claim nor volume is named. */
  public static Optional<MadeFor> find(Map<String, String> map) {
    MadeFor found = new MadeFor(name(map, NAMESPACE), name(map, CLAIM), name(map, VOLUME));
    return found.claim.isEmpty() && found.volume.isEmpty() ? Optional.empty() : Optional.of(found);
  }

  /** What cannot be a name counts as absent. */
  private static String name(Map<String, String> map, String key) {
    String text = map.getOrDefault(key, "");
    return text.length() <= MOST_CHARACTERS && text.matches("[A-Za-z0-9._-]*") ? text : "";
  }

  public Map<String, String> toMap() {
    Map<String, String> map = new HashMap<>(Map.of(NAMESPACE, namespace, CLAIM, claim));
    map.put(VOLUME, volume);
    map.values().removeIf(String::isEmpty);
    return map;
  }
}
