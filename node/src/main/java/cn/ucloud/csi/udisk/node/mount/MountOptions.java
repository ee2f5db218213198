package cn.ucloud.csi.udisk.node.mount;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Mount options as mount(2) wants them: flag bits, and the rest as text for the filesystem.
 *
 * <p>Does the part of mount(8) that a StorageClass can ask for. The text is never printed: mount
 * flags may hold secrets (CSI specification, NodeStageVolume).
 */
public record MountOptions(long flags, String data) {
  public static final MountOptions NONE = new MountOptions(0, "");

  static final long READ_ONLY = 1;
  private static final long NOSUID = 2;
  private static final long NODEV = 4;
  private static final long NOEXEC = 8;
  private static final long NOSYMFOLLOW = 256;
  private static final long NOATIME = 1024;
  private static final long NODIRATIME = 2048;
  private static final long RELATIME = 1 << 21;
  private static final long I_VERSION = 1 << 23;

  /** The bits that belong to one mount rather than to the filesystem behind it. */
  private static final long PER_MOUNT =
      READ_ONLY | NOSUID | NODEV | NOEXEC | NOSYMFOLLOW | NOATIME | NODIRATIME | RELATIME;

  private static final Map<String, Long> SET =
      Map.ofEntries(
          Map.entry("ro", READ_ONLY),
          Map.entry("nosuid", NOSUID),
          Map.entry("nodev", NODEV),
          Map.entry("noexec", NOEXEC),
          Map.entry("sync", 16L),
          Map.entry("mand", 64L),
          Map.entry("dirsync", 128L),
          Map.entry("nosymfollow", NOSYMFOLLOW),
          Map.entry("noatime", NOATIME),
          Map.entry("nodiratime", NODIRATIME),
          Map.entry("silent", 1L << 15),
          Map.entry("relatime", RELATIME),
          Map.entry("iversion", I_VERSION),
          Map.entry("strictatime", 1L << 24),
          Map.entry("lazytime", 1L << 25));

  private static final Map<String, Long> CLEAR =
      Map.ofEntries(
          Map.entry("rw", READ_ONLY),
          Map.entry("suid", NOSUID),
          Map.entry("dev", NODEV),
          Map.entry("exec", NOEXEC),
          Map.entry("async", 16L),
          Map.entry("nomand", 64L),
          Map.entry("symfollow", NOSYMFOLLOW),
          Map.entry("atime", NOATIME),
          Map.entry("diratime", NODIRATIME),
          Map.entry("loud", 1L << 15),
          Map.entry("norelatime", RELATIME),
          Map.entry("noiversion", I_VERSION),
          Map.entry("nostrictatime", 1L << 24),
          Map.entry("nolazytime", 1L << 25));

  /** Words for fstab and mount(8) alone; the kernel must not see them. */
  private static final Set<String> FOR_FSTAB =
      Set.of("defaults", "auto", "noauto", "user", "nouser", "users", "nofail", "_netdev", "");

  /** The same by how they begin. */
  private static final List<String> NOTES = List.of("x-", "comment=");

  /** What mount(8) does itself; of these only the directory to mount on is made here as well. */
  private static final String BY_MOUNT = "X-mount.";

  private static final String MAKE_DIRECTORY = BY_MOUNT + "mkdir";

  /** Would make the call another operation than the one we meant. */
  private static final Set<String> OTHER_OPERATIONS =
      Set.of(
          "bind",
          "rbind",
          "move",
          "remount",
          "loop",
          "shared",
          "rshared",
          "slave",
          "rslave",
          "private",
          "rprivate",
          "unbindable",
          "runbindable");

  /** One page, less the terminating zero, is what mount(2) takes. */
  private static final int LONGEST_DATA = 4095;

  /**
   * Sorts what a capability asks for.
   *
   * @throws InvalidRequest if a flag is not a mount option but another operation, or too long
   */
  public static MountOptions parse(List<String> mountFlags) {
    long flags = 0;
    List<String> data = new ArrayList<>();
    for (String option :
        mountFlags.stream().flatMap(f -> Arrays.stream(f.split(","))).map(String::strip).toList()) {
      if (OTHER_OPERATIONS.contains(option) || isForMount(option)) {
        throw new InvalidRequest("mount_flags", "must not contain '" + name(option) + "'");
      } else if (SET.containsKey(option)) {
        flags |= SET.get(option);
      } else if (CLEAR.containsKey(option)) {
        flags &= ~CLEAR.get(option);
      } else if (!FOR_FSTAB.contains(option)
          && NOTES.stream().noneMatch(option::startsWith)
          && !name(option).equals(MAKE_DIRECTORY)) {
        data.add(option);
      }
    }
    String text = String.join(",", data);
    if (text.getBytes(StandardCharsets.UTF_8).length > LONGEST_DATA || text.indexOf('\0') >= 0) {
      throw new InvalidRequest("mount_flags", "are longer than the kernel accepts");
    }
    return new MountOptions(flags, text);
  }

  private static boolean isForMount(String option) {
    return option.startsWith(BY_MOUNT) && !name(option).equals(MAKE_DIRECTORY);
  }

  /** What may be printed: the value may be a secret. */
  private static String name(String option) {
    int end = option.indexOf('=');
    return end < 0 ? option : option.substring(0, end);
  }

  /** The names of the options that the filesystem gets; for sentences, as they hold no values. */
  public List<String> names() {
    return Arrays.stream(data.split(","))
        .filter(option -> !option.isEmpty())
        .map(MountOptions::name)
        .toList();
  }

  /** With one more option for the filesystem, unless it is there already. */
  public MountOptions with(String option) {
    if (List.of(data.split(",")).contains(option)) {
      return this;
    }
    return new MountOptions(flags, data.isEmpty() ? option : data + "," + option);
  }

  public MountOptions readOnly() {
    return new MountOptions(flags | READ_ONLY, data);
  }

  public boolean isReadOnly() {
    return (flags & READ_ONLY) != 0;
  }

  /** What remains meaningful for a bind mount. */
  public MountOptions perMount() {
    return new MountOptions(flags & PER_MOUNT, "");
  }

  /** Both together, as a bind mount must keep what its source has. */
  public MountOptions plus(MountOptions other) {
    return new MountOptions(flags | other.flags, data.isEmpty() ? other.data : data);
  }

  /** Whether a mount with these options has everything that {@code wanted} asks of one mount. */
  public boolean covers(MountOptions wanted) {
    // relatime is the kernel's default and says nothing.
    long asked = wanted.flags & PER_MOUNT & ~RELATIME;
    return (flags & asked) == asked && isReadOnly() == wanted.isReadOnly();
  }

  /** The same for equal options and useless to a reader; goes into files. */
  public String fingerprint() {
    byte[] canonical = (flags + "," + data).getBytes(StandardCharsets.UTF_8);
    return UUID.nameUUIDFromBytes(canonical).toString();
  }

  @Override
  public String toString() {
    return "MountOptions[flags=0x" + Long.toHexString(flags) + "]";
  }
}
