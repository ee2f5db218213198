package cn.ucloud.csi.udisk.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Each sidecar may do what its own documents ask for, verb by verb, less what is left out with a
 * reason; and nothing else. A newer sidecar is to be read anew.
 */
class SidecarRightsTest {
  private record Asked(
      String role, String about, Set<String> verbs, Set<String> leftOut, String why) {
    Set<String> wanted() {
      Set<String> wanted = new TreeSet<>(verbs);
      wanted.removeAll(leftOut);
      return wanted;
    }
  }

  private static List<String> lines() throws IOException {
    try (InputStream table =
        Objects.requireNonNull(
            SidecarRightsTest.class.getResourceAsStream("/sidecar-rights.txt"))) {
      return new String(table.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .toList();
    }
  }

  private static List<Asked> asked() throws IOException {
    return lines().stream()
        .filter(line -> line.contains("|"))
        .map(line -> Arrays.stream(line.split("\\|", -1)).map(String::strip).toList())
        .map(cells ->
            new Asked(
                cells.get(0),
                cells.get(1) + "/" + cells.get(2),
                words(cells.get(3)),
                words(cells.get(4)),
                cells.get(5)))
        .toList();
  }

  private static Set<String> words(String cell) {
    return Arrays.stream(cell.split(" ", -1))
        .filter(word -> !word.isEmpty())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void everySidecarMayDoWhatItsDocumentsAskForAndNothingElse() throws IOException {
    Set<String> wanted = new TreeSet<>();
    for (Asked one : asked()) {
      one.wanted().forEach(verb -> wanted.add(one.role() + " " + one.about() + " " + verb));
    }
    Set<String> granted = new TreeSet<>();
    for (Permissions.Right right : Permissions.rights(Chart.EVERYTHING)) {
      if (!right.role().matches("udisk-csi-(driver.*|admin|smoke)")) {
        granted.add(
            "%s %s/%s %s".formatted(right.role(), right.group(), right.resource(), right.verb()));
      }
    }
    assertThat(granted).isEqualTo(wanted);
  }

  @Test
  void whatIsLeftOutIsAskedForAndHasAReason() throws IOException {
    for (Asked one : asked()) {
      assertThat(one.verbs()).as(one.toString()).containsAll(one.leftOut());
      assertThat(one.why().isEmpty()).as(one.toString()).isEqualTo(one.leftOut().isEmpty());
    }
  }

  @Test
  void theTableIsAboutTheSidecarsOfTheChart() throws IOException {
    assertThat(lines().stream().filter(line -> !line.contains("|")))
        .containsExactlyInAnyOrderElementsOf(
            Chart.ownValues().path("sidecars").properties().stream()
                .filter(sidecar -> !sidecar.getKey().equals("registrar")) // asks for nothing
                .map(sidecar -> sidecar.getValue().path("image").asText(""))
                .filter(image -> !image.isEmpty())
                .toList());
  }
}
