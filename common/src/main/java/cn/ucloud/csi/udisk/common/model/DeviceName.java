package cn.ucloud.csi.udisk.common.model;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The letter the cloud gave a disk on its host, such as {@code vdb}. The kernel may use another
 * one; only the serial is believed (UHost manual, "attach cloud disk": {@code UCLOUD_DISK_VDB}).
 */
public record DeviceName(String value) {
  private static final Pattern NAME = Pattern.compile("vd[a-z]{1,2}");

  public DeviceName {
    if (!NAME.matcher(value).matches()) {
      throw new InvalidRequest("device name '" + value + "'", "must look like vdb");
    }
  }

  /**
   * Accepts {@code vdb} and {@code /dev/vdb}, in any case, with white space around.
   *
   * @throws InvalidRequest if it is something else
   */
  public static DeviceName parse(String text) {
    return new DeviceName(bare(text));
  }

  /** The same for a text that nobody promised to be a name: empty if it is none. */
  public static Optional<DeviceName> find(String text) {
    return Optional.of(bare(text)).filter(n -> NAME.matcher(n).matches()).map(DeviceName::new);
  }

  private static String bare(String text) {
    String name = text.strip().toLowerCase(Locale.ROOT);
    return name.startsWith("/dev/") ? name.substring(5) : name;
  }

  /** What the guest reads in {@code /sys/block/<any letter>/serial}. */
  public String serial() {
    return "UCLOUD_DISK_" + value.toUpperCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return value;
  }
}
