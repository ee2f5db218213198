package cn.ucloud.csi.udisk.it;

import static cn.ucloud.csi.udisk.it.ControllerCalls.untilCertain;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * The real csi-sanity against the running processes, where the variable {@code CSI_SANITY} names
 * it; elsewhere there is nothing to run here, and {@link SanityCase} has to do.
 */
class RealSanityIT {
  private static final long LONGEST_MINUTES = 20;

  /** The health calls of CSI 1.13, by their numbers, which it takes for a mistake. */
  private static final String YOUNGER_THAN_THE_SUITE = "Unknown capability: (7|16|17)\\b";

  @TempDir(cleanup = CleanupMode.NEVER)
  private Path directory;

  @TestFactory
  @Timeout(value = 2 * LONGEST_MINUTES, unit = TimeUnit.MINUTES)
  List<DynamicTest> theRealSuiteFindsNothingWrong() throws Exception {
    Optional<String> program =
        Optional.ofNullable(System.getenv("CSI_SANITY")).filter(path -> !path.isBlank());
    List<DynamicTest> tests = new ArrayList<>();
    if (program.isPresent()) {
      try (TakeOver world = new TakeOver(directory.toRealPath()).start()) {
        String first = untilCertain(() -> world.controller().create("first")).getVolumeId();
        untilCertain(() -> world.controller().delete(first));
        for (AccessType type : AccessType.values()) {
          Path report = run(program.get(), type, world);
          tests.addAll(read(type, report));
        }
        assertThat(world.sandbox().disks()).isEmpty();
        assertThat(world.cluster().mountPoints()).isEmpty();
      }
    }
    return tests;
  }

  private Path run(String program, AccessType type, TakeOver world)
      throws IOException, InterruptedException {
    Path work = Files.createDirectories(directory.toRealPath().resolve("sanity-" + type));
    Path parameters = Files.writeString(work.resolve("parameters.yaml"), "type: ssd\n");
    Path report = work.resolve("report.xml");
    Process suite =
        new ProcessBuilder(
                program,
                "--csi.endpoint=unix:" + world.cluster().socket(LoopCluster.NODE_A).path(),
                "--csi.controllerendpoint=unix:" + world.sandbox().controllerSocket().path(),
                "--csi.mountdir=" + work.resolve("mount"),
                "--csi.stagingdir=" + work.resolve("staging"),
                "--csi.testvolumeaccesstype=" + type.name().toLowerCase(Locale.ROOT),
                "--csi.testvolumeparameters=" + parameters,
                "--csi.testvolumeexpandsize=" + 20 * ControllerCalls.GIB,
                "--ginkgo.junit-report=" + report)
            .redirectErrorStream(true)
            .redirectOutput(work.resolve("output.txt").toFile())
            .start();
    if (!suite.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES)) {
      suite.destroyForcibly();
    }
    assertThat(report).as(Files.readString(work.resolve("output.txt"))).exists();
    return report;
  }

  /** One test for each case that was run; those for abilities that nobody announces are not. */
  private static List<DynamicTest> read(AccessType type, Path report) throws Exception {
    NodeList cases =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(report.toFile())
            .getElementsByTagName("testcase");
    List<DynamicTest> tests = new ArrayList<>();
    for (int i = 0; i < cases.getLength(); i++) {
      Element each = (Element) cases.item(i);
      boolean isCase = each.getAttribute("name").startsWith("[It]");
      if (isCase && each.getElementsByTagName("skipped").getLength() == 0) {
        tests.add(test(type, each));
      }
    }
    System.out.println(
        "csi-sanity itself, %s: %d of %d cases run"
            .formatted(type, tests.size(), cases.getLength()));
    assertThat(tests).hasSizeGreaterThan(40);
    return tests;
  }

  private static DynamicTest test(AccessType type, Element each) {
    String failure =
        each.getElementsByTagName("failure").getLength() == 0
                && each.getElementsByTagName("error").getLength() == 0
            ? ""
            : each.getTextContent();
    return DynamicTest.dynamicTest(
        type + " " + each.getAttribute("name"),
        () ->
            assertThat(failure)
                .satisfiesAnyOf(
                    text -> assertThat(text).isEmpty(),
                    text -> assertThat(text).containsPattern(YOUNGER_THAN_THE_SUITE)));
  }
}
