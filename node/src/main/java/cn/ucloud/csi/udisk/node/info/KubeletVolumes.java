package cn.ucloud.csi.udisk.node.info;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The volumes that kubelet keeps on this node, from the files {@code vol_data.json} in which it
 * remembers them (Kubernetes, pkg/volume/csi).
 */
public final class KubeletVolumes {
  private final Path csi;
  private final String driver;

  public KubeletVolumes(Path kubeletDirectory, String driver) {
    this.csi = kubeletDirectory.resolve("plugins/kubernetes.io/csi");
    this.driver = driver;
  }

  /**
   * The handles of all volumes of this driver that are, or were lately, used on this node.
   *
   * @throws Unavailable if the files cannot be read
   */
  public Set<String> handles() {
    Set<String> handles = new HashSet<>();
    for (Path volume : children(csi.resolve(driver))) {
      read(volume.resolve("vol_data.json"), handles);
    }
    for (Path volume : children(csi.resolve("volumeDevices"))) {
      read(volume.resolve("data/vol_data.json"), handles);
    }
    return handles;
  }

  private static List<Path> children(Path directory) {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      entries.forEach(children::add);
    } catch (NoSuchFileException | NotDirectoryException _) {
      // This node has had no such volume yet.
    } catch (IOException | DirectoryIteratorException e) {
      throw new Unavailable("cannot read " + directory + ": " + e.getMessage(), e);
    }
    return children;
  }

  private void read(Path file, Set<String> handles) {
    try {
      JsonNode volume = JsonTree.read(Files.readString(file));
      if (volume.path("driverName").asText().equals(driver)) {
        handles.add(volume.path("volumeHandle").asText());
      }
    } catch (NoSuchFileException | JsonProcessingException _) {
      // Removed meanwhile, or half-written by kubelet: then this volume does not count as ours.
    } catch (IOException e) {
      throw new Unavailable("cannot read " + file + ": " + e.getMessage(), e);
    }
  }
}
