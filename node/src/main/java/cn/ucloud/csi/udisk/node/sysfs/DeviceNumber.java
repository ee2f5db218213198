package cn.ucloud.csi.udisk.node.sysfs;

/** A kernel device number, as sysfs and mountinfo write it: {@code 253:16}. */
public record DeviceNumber(int major, int minor) {

  /**
   * Reads the form of sysfs and mountinfo.
   *
   * @throws NumberFormatException if the text is not of that form
   */
  public static DeviceNumber parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new NumberFormatException("not a device number: " + text);
    }
    return new DeviceNumber(
        Integer.parseInt(text.substring(0, colon)), Integer.parseInt(text.substring(colon + 1)));
  }

  /** Takes apart what stat(2) returns; the layout of glibc's makedev(3). */
  public static DeviceNumber ofStat(long rdev) {
    return new DeviceNumber(
        (int) (((rdev >>> 8) & 0xfff) | ((rdev >>> 32) & ~0xfffL)),
        (int) ((rdev & 0xff) | ((rdev >>> 12) & ~0xffL)));
  }

  @Override
  public String toString() {
    return major + ":" + minor;
  }
}
