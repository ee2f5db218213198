package cn.ucloud.csi.udisk.controller.kube.record;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.identity.IdentityService;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.PublishContext;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.kube.client.Informer;
import io.fabric8.kubernetes.api.model.storage.VolumeAttachment;
import io.fabric8.kubernetes.api.model.storage.VolumeAttachmentSource;
import io.fabric8.kubernetes.api.model.storage.VolumeAttachmentSpec;
import io.fabric8.kubernetes.api.model.storage.VolumeAttachmentStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a VolumeAttachment.
 *
 * @param isOurs whether it is for this driver to attach
 * @param node its name
 * @param volume the name of the persistent volume
 * @param inlineDisk of an attachment that has no persistent volume
 * @param nodeId as which the attacher knows the node, whose CSINode may go before it
 * @param isAttached whether it was attached, and its detaching has not been recorded
 * @param told what the node was told of a volume that is attached for good; null if it is not
 */
public record AttachmentRecord(
    boolean isOurs,
    @Nullable String node,
    @Nullable String volume,
    @Nullable VolumeId inlineDisk,
    @Nullable NodeId nodeId,
    boolean isAttached,
    @Nullable PublishContext told) {
  private static final String NODE_ID = "csi.alpha.kubernetes.io/node-id";

  private static final PublishContext NOTHING =
      new PublishContext(Optional.empty(), Optional.empty());

  public static Informer<AttachmentRecord> watch(KubernetesClient client) {
    return Informer.of(
        "VolumeAttachments",
        client.storage().v1().volumeAttachments(),
        VolumeAttachment::new,
        AttachmentRecord::of);
  }

  static AttachmentRecord of(VolumeAttachment attachment) {
    Optional<VolumeAttachmentSpec> spec = Optional.ofNullable(attachment.getSpec());
    Optional<VolumeAttachmentSource> source = spec.map(VolumeAttachmentSpec::getSource);
    Optional<VolumeAttachmentStatus> attached =
        Optional.ofNullable(attachment.getStatus())
            .filter(status -> Boolean.TRUE.equals(status.getAttached()));
    return new AttachmentRecord(
        spec.map(VolumeAttachmentSpec::getAttacher)
            .filter(IdentityService.DRIVER_NAME::equals)
            .isPresent(),
        spec.map(VolumeAttachmentSpec::getNodeName).orElse(null),
        source.map(VolumeAttachmentSource::getPersistentVolumeName).orElse(null),
        source
            .map(VolumeAttachmentSource::getInlineVolumeSpec)
            .flatMap(PersistentVolumes::findHandle)
            .orElse(null),
        Optional.ofNullable(attachment.getMetadata().getAnnotations())
            .map(annotations -> annotations.get(NODE_ID))
            .flatMap(CsiNodes::id)
            .orElse(null),
        attached.isPresent(),
        attached
            .filter(_ -> attachment.getMetadata().getDeletionTimestamp() == null)
            .map(AttachmentRecord::context)
            .orElse(null));
  }

  /** The disk that it is about; empty if its persistent volume is not among {@code volumes}. */
  public Optional<VolumeId> findDisk(Informer<VolumeRecord> volumes) {
    return Optional.ofNullable(inlineDisk)
        .or(() ->
            Optional.ofNullable(volume).flatMap(volumes::find).flatMap(VolumeRecord::findDisk));
  }

  private static PublishContext context(VolumeAttachmentStatus status) {
    try {
      return Optional.ofNullable(status.getAttachmentMetadata())
          .map(PublishContext::from)
          .orElse(NOTHING);
    } catch (InvalidRequest e) { // nothing that a node could use
      return NOTHING;
    }
  }
}
