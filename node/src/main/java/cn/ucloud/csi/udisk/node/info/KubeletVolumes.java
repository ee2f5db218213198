package cn.ucloud.csi.udisk.node.info;

import cn.ucloud.csi.udisk.common.model.VolumeId;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The volumes that kubelet keeps on this node, from the files {@code vol_data.json} in which it
 * remembers them (Kubernetes, pkg/volume/csi).
 */
public final class KubeletVolumes {
  private static final Logger LOG = LoggerFactory.getLogger(KubeletVolumes.class);

  /** kubelet's own are below a thousand. */
  private static final int MOST_BYTES = 1 << 16;

  /** The last name of every path at which kubelet stages a filesystem. */
  public static final String STAGING = "globalmount";

  private final Path csi;
  private final String driver;

  public KubeletVolumes(Path kubeletDirectory, String driver) {
    this.csi = kubeletDirectory.resolve("plugins/kubernetes.io/csi");
    this.driver = driver;
  }

  /**
   * The handles of all volumes of this driver that are, or were lately, used on this node.
   *
   * <p>What cannot be read is left out, and its disk counts as somebody else's. That only lowers
   * the node's limit, while a failure here would keep the driver from being registered.
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

  /**
   * Whether kubelet had this driver stage the volume at that path, as the file says that it keeps
   * beside it. Kubelet 1.24 began to use other paths than before, and never comes back to those.
   *
   * @param path in the spelling of the mount table
   */
  public boolean isStagingPath(Path path, VolumeId volume) {
    Path directory = path.getParent();
    if (directory == null || !path.endsWith(STAGING) || !isBelowCsi(path)) {
      return false;
    }
    Set<String> handles = new HashSet<>();
    read(directory.resolve("vol_data.json"), handles);
    return handles.contains(volume.value());
  }

  private boolean isBelowCsi(Path path) {
    try {
      return path.startsWith(csi.toRealPath());
    } catch (IOException _) {
      return false;
    }
  }

  private static List<Path> children(Path directory) {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      entries.forEach(children::add);
    } catch (NoSuchFileException _) {
      // This node has had no such volume yet.
    } catch (IOException | DirectoryIteratorException e) {
      leaveOut(directory, e);
    }
    return children;
  }

  private void read(Path file, Set<String> handles) {
    try {
      JsonNode volume = JsonTree.read(text(file));
      if (volume.path("driverName").asText().equals(driver)) {
        handles.add(volume.path("volumeHandle").asText());
      }
    } catch (NoSuchFileException _) {
      // Removed meanwhile, or not written yet.
    } catch (IOException e) {
      leaveOut(file, e);
    }
  }

  private static String text(Path file) throws IOException {
    try (InputStream stream = Files.newInputStream(file)) {
      // A longer one is no longer JSON, and so is left out.
      return new String(stream.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
    }
  }

  private static void leaveOut(Path path, Exception reason) {
    LOG.warn(
        "cannot read {}; its volumes count as disks that are not ours: {}",
        path,
        reason.toString().lines().findFirst().orElse(""));
  }
}
