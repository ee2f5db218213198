package cn.ucloud.csi.udisk.controller.request;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.common.model.MkfsOptions;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The parameters of a StorageClass, in the closed driver's spelling. */
record ClassParameters(DiskType type, Optional<FilesystemType> filesystem, MkfsOptions mkfs) {
  private static final String TYPE = "type";
  private static final String FS_TYPE = "fsType";

  /** The provisioner's own keys, which it takes out or adds itself. */
  private static final String SIDECAR_PREFIX = "csi.storage.k8s.io/";

  /**
   * Reads the parameters.
   *
   * @param requested the type of filesystem that the capability names, which the provisioner takes
   *     from its own key
   * @throws InvalidRequest if one is unknown, missing or has a value that is not allowed
   */
  static ClassParameters from(Map<String, String> parameters, Optional<FilesystemType> requested) {
    for (String key : parameters.keySet()) {
      if (!isKnown(key)) {
        throw new InvalidRequest(
            "parameters",
            "has the unknown key '%s'; allowed are %s, %s, %s and %s*"
                .formatted(key, TYPE, FS_TYPE, mkfsKeys(), SIDECAR_PREFIX));
      }
    }
    Optional<FilesystemType> named =
        Optional.ofNullable(parameters.get(FS_TYPE)).map(ClassParameters::filesystem);
    if (named.isPresent() && requested.isPresent() && !named.equals(requested)) {
      throw new InvalidRequest(
          "parameters." + FS_TYPE,
          "is %s, but %sfstype is %s".formatted(named.get(), SIDECAR_PREFIX, requested.get()));
    }
    FilesystemType made = requested.or(() -> named).orElse(FilesystemType.DEFAULT);
    return new ClassParameters(
        type(parameters), named, MkfsOptions.from("parameters", parameters, made));
  }

  private static boolean isKnown(String key) {
    return key.equals(TYPE)
        || key.equals(FS_TYPE)
        || MkfsOptions.Setting.named(key).isPresent()
        || key.startsWith(SIDECAR_PREFIX);
  }

  private static String mkfsKeys() {
    return Arrays.stream(MkfsOptions.Setting.values())
        .map(MkfsOptions.Setting::word)
        .collect(Collectors.joining(", "));
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

  private static FilesystemType filesystem(String name) {
    return FilesystemType.named(name)
        .orElseThrow(() ->
            new InvalidRequest(
                "parameters." + FS_TYPE,
                "must not be '" + name + "'; allowed are " + FilesystemType.names()));
  }
}
