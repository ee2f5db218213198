package cn.ucloud.csi.udisk.orchestrator;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A mount point with the {@code vol_data.json} beside it.
 *
 * <p>The file is kubelet's memory of a mount that may exist. After a final error kubelet removes
 * it, and then it never asks the driver to undo anything.
 */
final class MountRecord {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String VOLUME_HANDLE = "volumeHandle";
  private static final FileAttribute<Set<PosixFilePermission>> KUBELET_MODE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---"));

  private final Path mountPoint;
  private final Path directory;
  private final Path file;

  MountRecord(Path mountPoint) {
    this.mountPoint = mountPoint;
    this.directory = mountPoint.resolveSibling("");
    this.file = directory.resolve("vol_data.json");
  }

  /** Writes the file; the keys are kubelet's. */
  void write(String driverName, String volumeHandle, Map<String, String> more) {
    try {
      Files.createDirectories(directory, KUBELET_MODE);
      Map<String, String> data = new TreeMap<>(more);
      data.put("driverName", driverName);
      data.put(VOLUME_HANDLE, volumeHandle);
      JSON.writeValue(file.toFile(), data);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  /** Kubelet makes the staging directory; the target of a pod is made by the driver. */
  void createMountPoint() {
    try {
      Files.createDirectories(mountPoint, KUBELET_MODE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make " + mountPoint, e);
    }
  }

  /** The volume that may be mounted here, if kubelet knows of any. */
  Optional<String> findVolumeHandle() {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      Map<String, String> data =
          JSON.readValue(file.toFile(), new TypeReference<Map<String, String>>() {});
      return Optional.ofNullable(data.get(VOLUME_HANDLE));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  /** Removes mount point, file and their directory; nothing at all if it is still mounted. */
  void remove() {
    if (MountTable.read().isMountPoint(mountPoint)) {
      return;
    }
    try {
      Files.deleteIfExists(mountPoint);
      Files.deleteIfExists(file);
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + mountPoint, e);
    }
  }
}
