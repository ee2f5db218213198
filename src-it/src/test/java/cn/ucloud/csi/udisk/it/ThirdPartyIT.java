package cn.ucloud.csi.udisk.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code THIRD-PARTY.md}, which {@code make sbom} writes, has every jar that the image has. */
class ThirdPartyIT {
  private static final Path ROOT = Path.of("..");

  @Test
  void everyJarOfTheImageIsListedWithItsVersion() throws IOException {
    Set<String> listed =
        Files.readAllLines(ROOT.resolve("THIRD-PARTY.md")).stream()
            .filter(line -> line.startsWith("| ") && line.contains(":"))
            .map(line -> line.split(" \\| ", -1))
            .map(cells -> cells[0].substring(cells[0].indexOf(':') + 1) + "-" + cells[1])
            .collect(Collectors.toSet());
    assertThat(listed)
        .as("`make sbom` writes the list; `./mvnw clean` takes away jars of earlier versions")
        .containsAll(jars());
  }

  private static Set<String> jars() throws IOException {
    Set<String> names = new TreeSet<>();
    for (String role : List.of("controller", "node", "tracing", "admin", "simulator")) {
      try (Stream<Path> files = Files.list(ROOT.resolve(role).resolve("target/lib"))) {
        files
            .map(file -> file.getFileName().toString().replaceFirst("\\.jar$", ""))
            .filter(name -> !name.matches("(csi-proto|common|controller)-.*"))
            .forEach(names::add);
      }
    }
    assertThat(names).hasSizeGreaterThan(50);
    return names;
  }
}
