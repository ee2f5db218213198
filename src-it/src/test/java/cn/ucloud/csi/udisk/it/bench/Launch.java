package cn.ucloud.csi.udisk.it.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** How a role is started: from its packaged jars, with the JVM settings it is meant to run with. */
final class Launch {
  private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();

  private Launch() {}

  /** The compiler of the JVM: C1, or with the small profile none. */
  enum Profile {
    STANDARD,
    SMALL
  }

  /**
   * A command that starts the role.
   *
   * @param cache {@code -XX:AOTCache=…}, the flag that writes one, or nothing
   */
  static List<String> command(
      String role, Profile profile, List<String> cache, Map<String, String> flags) {
    boolean isNode = role.equals("node");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+UseSerialGC");
    command.addAll(
        isNode ? List.of("-Xms6m", "-Xmx32m", "-Xss256k") : List.of("-Xms16m", "-Xmx128m"));
    command.addAll(
        profile == Profile.SMALL
            ? List.of("-Xint")
            : List.of(
                "-XX:TieredStopAtLevel=1",
                "-XX:CICompilerCount=1",
                "-XX:ReservedCodeCacheSize=16m"));
    command.addAll(List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:ArchiveRelocationMode=0"));
    command.addAll(cache);
    command.addAll(List.of("-XX:-UsePerfData", "--enable-native-access=ALL-UNNAMED"));
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.addAll(List.of("-cp", classPath(role), main(role)));
    flags.forEach((flag, value) -> command.addAll(List.of(flag, value)));
    return command;
  }

  private static String main(String role) {
    return switch (role) {
      case "controller" -> "cn.ucloud.csi.udisk.controller.ControllerMain";
      case "node" -> "cn.ucloud.csi.udisk.node.NodeMain";
      default -> throw new IllegalArgumentException(role);
    };
  }

  /** In one order each time: the cache depends on it. */
  private static String classPath(String role) {
    Path target = PROJECT.resolve(role).resolve("target");
    List<String> jars = new ArrayList<>();
    for (Path directory : List.of(target, target.resolve("lib"))) {
      try (Stream<Path> files = Files.list(directory)) {
        files.map(Path::toString).filter(file -> file.endsWith(".jar")).sorted().forEach(jars::add);
      } catch (IOException e) {
        throw new UncheckedIOException(role + " is not packaged", e);
      }
    }
    return String.join(":", jars);
  }
}
