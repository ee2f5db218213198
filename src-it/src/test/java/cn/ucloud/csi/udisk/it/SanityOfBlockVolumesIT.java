package cn.ucloud.csi.udisk.it;

/** csi-sanity for raw block volumes. */
final class SanityOfBlockVolumesIT extends SanitySuite {
  SanityOfBlockVolumesIT() {
    super(AccessType.BLOCK);
  }
}
