package cn.ucloud.csi.udisk.admin.command;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What somebody asks about, as it is typed: {@code pvc/data}, {@code pv/pvc-9393…}, {@code
 * disk/bsm-x}, {@code node/10.9.1.2}, {@code pod/mysql-0}, or a name alone, whose form tells.
 */
public record Target(Kind kind, String name) {

  /** What it is the name of. */
  public enum Kind {
    CLAIM,
    POD,
    VOLUME,
    DISK,
    NODE,
    ATTACHMENT
  }

  private static final Map<String, Kind> PREFIXES =
      Map.ofEntries(
          Map.entry("pvc", Kind.CLAIM),
          Map.entry("claim", Kind.CLAIM),
          Map.entry("persistentvolumeclaim", Kind.CLAIM),
          Map.entry("pod", Kind.POD),
          Map.entry("pv", Kind.VOLUME),
          Map.entry("volume", Kind.VOLUME),
          Map.entry("persistentvolume", Kind.VOLUME),
          Map.entry("disk", Kind.DISK),
          Map.entry("node", Kind.NODE),
          Map.entry("va", Kind.ATTACHMENT),
          Map.entry("volumeattachment", Kind.ATTACHMENT));

  private static final Pattern DISK = Pattern.compile("bs[a-z]?-[a-z0-9-]+");
  private static final Pattern VOLUME =
      Pattern.compile("pvc-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?");

  /**
   * Reads it.
   *
   * @throws InvalidRequest if it cannot be a name
   */
  public static Target parse(String text) {
    int slash = text.indexOf('/');
    String name = text.substring(slash + 1);
    if (!NAME.matcher(name).matches()) {
      throw new InvalidRequest(
          "object", "must be a name such as data-mysql-0, pv/NAME, disk/ID, node/NAME or pod/NAME");
    }
    if (slash < 0) {
      return new Target(guess(name), name);
    }
    Kind kind =
        Optional.ofNullable(PREFIXES.get(text.substring(0, slash)))
            .orElseThrow(() ->
                new InvalidRequest(
                    "object", "must begin with pvc/, pv/, disk/, node/, pod/ or va/"));
    return new Target(kind, name);
  }

  /**
   * A claim as {@code namespace/name}, whose namespace may be left out.
   *
   * @throws InvalidRequest if it cannot be that
   */
  public static String claimKey(String text, String namespace) {
    int slash = text.indexOf('/');
    String of = slash < 0 ? namespace : text.substring(0, slash);
    String name = text.substring(slash + 1);
    if (of.isEmpty() || !NAME.matcher(of).matches() || !NAME.matcher(name).matches()) {
      throw new InvalidRequest("claim", "must be a claim such as shop/data-mysql-0");
    }
    return of + "/" + name;
  }

  private static Kind guess(String name) {
    if (DISK.matcher(name).matches()) {
      return Kind.DISK;
    }
    if (VOLUME.matcher(name).matches()) {
      return Kind.VOLUME;
    }
    return name.matches("csi-[0-9a-f]{64}") ? Kind.ATTACHMENT : Kind.CLAIM;
  }
}
