package cn.ucloud.csi.udisk.common.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;

/** The flags as they came out, for the one time they are printed. */
final class EffectiveFlags {
  private EffectiveFlags() {}

  /** One line per flag: its value, masked when it is a {@link Secret}, and who set it. */
  static List<String> of(Arguments arguments) {
    List<String> lines = new ArrayList<>();
    for (var source : arguments.sources().entrySet()) {
      OptionSpec flag = source.getKey();
      lines.add(
          flag.longestName() + "=" + printed(flag.getValue()) + " (" + source.getValue() + ")");
    }
    return lines;
  }

  private static String printed(@Nullable Object value) {
    return switch (value) {
      case null -> "";
      case Optional<?> optional -> printed(optional.orElse(null));
      case Duration duration -> Durations.print(duration);
      case Enum<?> constant -> constant.name().toLowerCase(Locale.ROOT);
      default -> value.toString();
    };
  }
}
