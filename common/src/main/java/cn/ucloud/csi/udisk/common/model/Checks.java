package cn.ucloud.csi.udisk.common.model;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import java.util.regex.Pattern;

/** The rule for ids that end up in file names, log lines and API parameters. */
public final class Checks {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

  private Checks() {}

  static String id(String field, String value) {
    if (value.isEmpty()) {
      throw new InvalidRequest(field, "is missing");
    }
    if (!isId(value)) {
      throw new InvalidRequest(
          field,
          "must be 1 to 128 letters, digits, '.', '_' or '-', beginning with a letter or digit");
    }
    return value;
  }

  /** Whether the text can be an id of a disk, a snapshot or a host. */
  public static boolean isId(String text) {
    return ID.matcher(text).matches();
  }
}
