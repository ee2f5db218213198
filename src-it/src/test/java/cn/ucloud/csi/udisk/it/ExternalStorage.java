package cn.ucloud.csi.udisk.it;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The file by which Kubernetes' suite for external storage knows a driver, as far as ours uses its
 * fields ({@code driverDefinition} in test/e2e/storage/external, {@code DriverInfo} in
 * test/e2e/storage/framework, both of Kubernetes 1.36). The suite ignores a field that it does not
 * know; here that is an error.
 */
record ExternalStorage(
    @JsonProperty("StorageClass") FromFile storageClass,
    @JsonProperty("SnapshotClass") FromFile snapshotClass,
    @JsonProperty("DriverInfo") DriverInfo driverInfo) {
  static final Path DIRECTORY = Path.of("../deploy/e2e");

  /** The words that the suite looks for among the capabilities. */
  private static final Set<String> CAPABILITIES =
      Set.of(
          "persistence",
          "block",
          "fsGroup",
          "volumeMountGroup",
          "exec",
          "snapshotDataSource",
          "snapshotMetadata",
          "groupSnapshot",
          "pvcDataSource",
          "multipods",
          "RWX",
          "controllerExpansion",
          "nodeExpansion",
          "offlineExpansion",
          "onlineExpansion",
          "volumeLimits",
          "singleNodeVolume",
          "topology",
          "capacity",
          "FSResizeFromSourceNotSupported",
          "readWriteOncePod",
          "multiplePVsSameID",
          "capReadOnlyMany",
          "seLinuxMount");

  record FromFile(@JsonProperty("FromFile") String file) {}

  record SizeRange(@JsonProperty("Min") String min, @JsonProperty("Max") String max) {}

  record Stress(@JsonProperty("NumPods") int pods, @JsonProperty("NumRestarts") int restarts) {}

  record SnapshotStress(
      @JsonProperty("NumPods") int pods, @JsonProperty("NumSnapshots") int snapshots) {}

  record DriverInfo(
      @JsonProperty("Name") String name,
      @JsonProperty("SupportedFsType") Map<String, Map<String, String>> filesystems,
      @JsonProperty("SupportedMountOption") Map<String, Map<String, String>> mountOptions,
      @JsonProperty("SupportedSizeRange") SizeRange sizes,
      @JsonProperty("TopologyKeys") List<String> topologyKeys,
      @JsonProperty("NumAllowedTopologies") int topologies,
      @JsonProperty("Capabilities") Map<String, Boolean> capabilities,
      @JsonProperty("StressTestOptions") Stress stress,
      @JsonProperty("VolumeSnapshotStressTestOptions") SnapshotStress snapshotStress) {

    DriverInfo {
      if (!CAPABILITIES.containsAll(capabilities.keySet())) {
        throw new IllegalArgumentException("not all are known: " + capabilities.keySet());
      }
    }

    boolean can(String capability) {
      return capabilities.getOrDefault(capability, false);
    }
  }

  static ExternalStorage read() {
    return read("testdriver.yaml", ExternalStorage.class);
  }

  static <T> T read(String file, Class<T> type) {
    try {
      return YAMLMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .build()
          .readValue(DIRECTORY.resolve(file).toFile(), type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
