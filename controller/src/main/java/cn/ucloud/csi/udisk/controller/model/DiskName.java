package cn.ucloud.csi.udisk.controller.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * The name of the disk of one CSI volume, in which the disk is found again (decision 5).
 *
 * @param marked the name it is made with: the CSI name, {@code _}, the cluster id
 * @param bare the name without the cluster's mark, as the closed driver makes it
 */
public record DiskName(String marked, String bare) {
  /** UCloud's limit for names (UHost API, "specification"). */
  private static final int LONGEST = 63;

  private static final int HASH_CHARS = 16;

  /** What follows the clone's name in that of its interim snapshot. */
  private static final String INTERIM = "_clone";

  /**
   * The name is kept where UCloud's rule allows it (letters, digits, {@code -_.}); else it is cut
   * and a hash of the whole keeps different names different.
   */
  public static DiskName of(String csiName, String clusterId) {
    String bare = fit(csiName, LONGEST - 1 - clusterId.length());
    return new DiskName(bare + mark(clusterId), bare);
  }

  /** How the names of what a cluster made end. */
  public static String mark(String clusterId) {
    return "_" + clusterId;
  }

  /** In the order in which they are looked for. */
  public List<String> spellings() {
    return List.of(marked, bare);
  }

  /**
   * Of the interim snapshot that the volume of this name is made of where it is the clone of one in
   * use (decision 21).
   */
  public DiskName ofInterimSnapshot() {
    String clusterId = marked.substring(bare.length() + 1);
    String interim = fit(bare, LONGEST - 1 - clusterId.length() - INTERIM.length()) + INTERIM;
    return new DiskName(interim + mark(clusterId), interim);
  }

  /** Whether it is the name of an interim snapshot of the cluster. */
  public static boolean isOfInterimSnapshot(String name, String clusterId) {
    return name.endsWith(INTERIM + mark(clusterId));
  }

  /** The same of whatever cluster; so may be called what somebody made in the console. */
  public static boolean mayBeOfInterimSnapshot(String name) {
    return name.contains(INTERIM + "_");
  }

  /** Whether a snapshot that is asked for by this name would be taken for an interim one. */
  public static boolean isReserved(String csiName) {
    return csiName.endsWith(INTERIM);
  }

  private static String fit(String csiName, int room) {
    String allowed = csiName.replaceAll("[^A-Za-z0-9._-]", "-");
    if (allowed.equals(csiName) && csiName.length() <= room) {
      return csiName;
    }
    int kept = Math.min(allowed.length(), room - 1 - HASH_CHARS);
    return allowed.substring(0, kept) + "-" + hash(csiName);
  }

  private static String hash(String text) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, HASH_CHARS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
