package cn.ucloud.csi.udisk.it;

import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags that a process of the driver declares, with their defaults. */
final class DriverFlags {
  private static final String PACKAGE = "cn.ucloud.csi.udisk.";

  /** What picocli puts there. */
  private static final String NO_DEFAULT = "__no_default_value__";

  private DriverFlags() {}

  static Map<String, Optional<String>> ofController() {
    return of(PACKAGE + "controller.ControllerOptions");
  }

  /** Of the controller and of the administrator's program. */
  static Map<String, Optional<String>> ofCloud() {
    return of(PACKAGE + "common.ucloud.flags.CloudOptions");
  }

  static Map<String, Optional<String>> ofNode() {
    return of(PACKAGE + "node.NodeOptions");
  }

  private static Map<String, Optional<String>> of(String options) {
    try {
      Map<String, Optional<String>> flags = new TreeMap<>();
      collect(Class.forName(options), flags);
      return flags;
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  private static void collect(Class<?> options, Map<String, Optional<String>> flags) {
    for (Field field : options.getDeclaredFields()) {
      if (field.isAnnotationPresent(Mixin.class)) {
        collect(field.getType(), flags);
      }
      Option option = field.getAnnotation(Option.class);
      if (option != null) {
        Arrays.stream(option.names()).forEach(name -> flags.put(name, byDefault(field, option)));
      }
    }
  }

  /** A switch that is not mentioned is off. */
  private static Optional<String> byDefault(Field field, Option option) {
    String text = option.defaultValue();
    if (!text.equals(NO_DEFAULT)) {
      return Optional.of(text);
    }
    return field.getType() == boolean.class ? Optional.of("false") : Optional.empty();
  }
}
