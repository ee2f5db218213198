package cn.ucloud.csi.udisk.controller.request;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskType;
import java.util.List;
import java.util.Map;

/** The parameters of a StorageClass, in the closed driver's spelling. */
record ClassParameters(DiskType type) {
  private static final String TYPE = "type";
  private static final String FS_TYPE = "fsType";

  /** The provisioner's own keys, which it takes out or adds itself. */
  private static final String SIDECAR_PREFIX = "csi.storage.k8s.io/";

  /**
   * Reads the parameters.
   *
   * @throws InvalidRequest if one is unknown, missing or has a value that is not allowed
   */
  static ClassParameters from(Map<String, String> parameters) {
    for (String key : parameters.keySet()) {
      if (!key.equals(TYPE) && !key.equals(FS_TYPE) && !key.startsWith(SIDECAR_PREFIX)) {
        throw new InvalidRequest(
            "parameters",
            "has the unknown key '%s'; allowed are %s, %s and %s*"
                .formatted(key, TYPE, FS_TYPE, SIDECAR_PREFIX));
      }
    }
    requireFilesystem(parameters.getOrDefault(FS_TYPE, FilesystemType.DEFAULT.toString()));
    return new ClassParameters(type(parameters));
  }

  private static DiskType type(Map<String, String> parameters) {
    String name = parameters.getOrDefault(TYPE, "");
    List<String> allowed = DiskType.classNames();
    if (name.isEmpty()) {
      throw new InvalidRequest(
          "parameters." + TYPE, "is missing; allowed are " + String.join(", ", allowed));
    }
    return DiskType.named(name)
        .orElseThrow(() ->
            new InvalidRequest(
                "parameters." + TYPE,
                "must not be '%s'; allowed are %s".formatted(name, String.join(", ", allowed))));
  }

  private static void requireFilesystem(String fsType) {
    if (FilesystemType.named(fsType).isEmpty()) {
      throw new InvalidRequest(
          "parameters." + FS_TYPE,
          "must not be '" + fsType + "'; allowed are " + FilesystemType.names());
    }
  }
}
