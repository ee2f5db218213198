package cn.ucloud.csi.udisk.it;

/** csi-sanity for volumes with filesystems. */
final class SanityOfFilesystemsIT extends SanitySuite {
  SanityOfFilesystemsIT() {
    super(AccessType.MOUNT);
  }
}
