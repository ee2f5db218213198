package cn.ucloud.csi.udisk.orchestrator.object;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * A VolumeAttachment: the wish that a volume be attached to a node, and what became of it.
 *
 * @param nodeId kept from the time of the attach, because the node may be gone at the detach
 * @param publishContext what the controller says to the node; empty until attached
 * @param deleting whether the wish is now that it be detached
 * @param error the last refusal, as {@code kubectl describe} shows it
 */
public record VolumeAttachment(
    String name,
    String volumeName,
    String volumeHandle,
    String nodeName,
    String nodeId,
    boolean attached,
    Map<String, String> publishContext,
    boolean deleting,
    Optional<String> error) {

  public VolumeAttachment {
    publishContext = Map.copyOf(publishContext);
  }

  public static VolumeAttachment wanted(
      String driver, PersistentVolume volume, NodeRegistration node) {
    return new VolumeAttachment(
        "csi-" + sha256(volume.volumeHandle() + driver + node.nodeName()),
        volume.name(),
        volume.volumeHandle(),
        node.nodeName(),
        node.nodeId(),
        false,
        Map.of(),
        false,
        Optional.empty());
  }

  public VolumeAttachment asAttached(Map<String, String> context) {
    return with(true, context, deleting, Optional.empty());
  }

  public VolumeAttachment asDeleting() {
    return with(attached, publishContext, true, error);
  }

  public VolumeAttachment failedWith(String message) {
    return with(attached, publishContext, deleting, Optional.of(message));
  }

  private VolumeAttachment with(
      boolean newAttached,
      Map<String, String> newContext,
      boolean newDeleting,
      Optional<String> newError) {
    return new VolumeAttachment(
        name,
        volumeName,
        volumeHandle,
        nodeName,
        nodeId,
        newAttached,
        newContext,
        newDeleting,
        newError);
  }

  /** Kubernetes names attachments and staging directories by this sum. */
  public static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
