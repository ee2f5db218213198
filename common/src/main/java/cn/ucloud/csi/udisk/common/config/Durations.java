package cn.ucloud.csi.udisk.common.config;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How durations are written in flags: a whole number and a unit. */
public final class Durations {
  private static final Pattern FORM = Pattern.compile("(\\d{1,9})(ms|s|m|h)");

  private Durations() {}

  /**
   * Reads {@code 500ms}, {@code 75s}, {@code 2m} or {@code 1h}.
   *
   * @throws InvalidRequest if it is anything else; a bare number too, for nobody knows its unit
   */
  public static Duration parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new InvalidRequest("\"" + text + "\"", "is not a duration such as 500ms, 75s or 2m");
    }
    long count = Long.parseLong(form.group(1));
    return switch (form.group(2)) {
      case "ms" -> Duration.ofMillis(count);
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      default -> Duration.ofHours(count);
    };
  }

  /** The shortest form that {@link #parse} reads back. */
  public static String print(Duration duration) {
    if (duration.toMillisPart() != 0) {
      return duration.toMillis() + "ms";
    }
    return duration.toSecondsPart() != 0 || duration.isZero()
        ? duration.toSeconds() + "s"
        : duration.toMinutes() + "m";
  }
}
