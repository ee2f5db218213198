package cn.ucloud.csi.udisk.node.mount;

import cn.ucloud.csi.udisk.node.sysfs.DeviceNumber;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One line of mountinfo (proc_pid_mountinfo(5)).
 *
 * @param root the directory of the filesystem that is seen at the mount point; {@code /} for all
 * @param path the mount point, real path
 * @param options flags of this mount only, not of the filesystem
 * @param source what the filesystem says it was made from, mostly the name of a device
 * @param superOptions those of the filesystem, as it writes them itself
 */
public record Mount(
    int id,
    int parent,
    DeviceNumber device,
    String root,
    Path path,
    MountOptions options,
    String type,
    String source,
    String superOptions) {
  private static final String SUBVOLUME = ",subvol=";

  /** Empty for a line that is not in the documented form. */
  static Optional<Mount> parse(String line) {
    List<String> fields = List.of(line.split(" "));
    // Between the sixth field and the dash stand any number of optional fields.
    int dash = fields.indexOf("-");
    if (dash < 6 || fields.size() < dash + 3) {
      return Optional.empty();
    }
    return Optional.of(
        new Mount(
            Integer.parseInt(fields.get(0)),
            Integer.parseInt(fields.get(1)),
            DeviceNumber.parse(fields.get(2)),
            unescape(fields.get(3)),
            Path.of(unescape(fields.get(4))),
            MountOptions.parse(List.of(fields.get(5))),
            fields.get(dash + 1),
            unescape(fields.get(dash + 2)),
            fields.size() > dash + 3 ? unescape(fields.get(dash + 3)) : ""));
  }

  /**
   * Whether it shows the filesystem as it was mounted, not a directory of it that was bound. That
   * is its root, or of btrfs the default subvolume or the one that was asked for, whose name is the
   * last of its options.
   */
  public boolean isWhole() {
    int name = superOptions.lastIndexOf(SUBVOLUME);
    return root.equals("/")
        || (name >= 0 && root.equals(superOptions.substring(name + SUBVOLUME.length())));
  }

  /** A path as the kernel writes it: space, tab, newline and backslash as three octal digits. */
  static String escape(Path path) {
    StringBuilder escaped = new StringBuilder();
    for (byte b : path.toString().getBytes(StandardCharsets.UTF_8)) {
      if (" \t\n\\".indexOf(b) >= 0) {
        escaped.append("\\%03o".formatted(b));
      } else {
        escaped.append((char) Byte.toUnsignedInt(b));
      }
    }
    return escaped.toString();
  }

  /** The opposite. What is in no UTF-8 does not become any path of ours. */
  private static String unescape(String field) {
    byte[] bytes = field.getBytes(MountTable.ENCODING);
    ByteArrayOutputStream plain = new ByteArrayOutputStream(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\\' && i + 3 < bytes.length) {
        plain.write((bytes[i + 1] - '0') << 6 | (bytes[i + 2] - '0') << 3 | (bytes[i + 3] - '0'));
        i += 3;
      } else {
        plain.write(bytes[i]);
      }
    }
    return plain.toString(StandardCharsets.UTF_8);
  }
}
