package cn.ucloud.csi.udisk.controller.model;

import java.util.regex.Pattern;

/**
 * What in the cluster waits for a volume, as the provisioner tells when it is asked to
 * (--extra-create-metadata).
 *
 * @param volume the name of the volume that is asked for
 */
public record Claim(String namespace, String name, String volume) {
  private static final Pattern WITH_UID =
      Pattern.compile(".*-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  /** Whether the volume was asked for by a claim of this UID, which its name carries. */
  public boolean isOf(String uid) {
    return volume.endsWith("-" + uid);
  }

  /** Whether it was asked for by another one; false if its name may carry no UID. */
  public boolean isOfOtherThan(String uid) {
    return WITH_UID.matcher(volume).matches() && !isOf(uid);
  }
}
