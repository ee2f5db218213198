package cn.ucloud.csi.udisk.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * From where {@code deploy/image/build} takes its bases; with a docker that writes down what it is
 * asked. ImageIT builds with a real one.
 */
class ImageBuildTest {
  private static final String DOCKER =
      """
      #!/bin/sh
      echo "$*" >>"$CALLS"
      case $1 in
        pull) [ -n "${REGISTRY_ANSWERS:-}" ] ;;
        version) echo amd64 ;;
        image) echo 250000000 ;;
        history) printf '120MB\\tCOPY lib /opt/udisk-csi/lib\\n0B\\tENTRYPOINT\\n' ;;
      esac
      """;

  @TempDir private Path tree;

  @BeforeEach
  void builtTree() throws IOException {
    Shell.run("cp", "-r", "../deploy", tree.toString());
    Files.writeString(tree.resolve("pom.xml"), "<project>\n  <version>1.2.3</version>\n");
    for (String module :
        List.of("controller", "node", "simulator", "tracing", "admin", "orchestrator")) {
      Path lib = Files.createDirectories(tree.resolve(module + "/target/lib"));
      Files.createFile(lib.resolveSibling(module + "-1.2.3.jar"));
      Files.createFile(lib.resolve("slf4j-api.jar"));
    }
    Path docker = Files.createDirectories(tree.resolve("bin")).resolve("docker");
    Files.writeString(docker, DOCKER);
    Shell.run("chmod", "+x", docker.toString());
  }

  private Shell.Result build(String variables) {
    return Shell.attempt(
        "",
        "sh",
        "-c",
        "cd '%1$s'; PATH='%1$s/bin':$PATH; CALLS='%1$s/calls'; export PATH CALLS; unset JDK_IMAGE BASE_IMAGE PLATFORM; %2$s deploy/image/build"
            .formatted(tree, variables));
  }

  private String calls() throws IOException {
    return Files.readString(tree.resolve("calls"));
  }

  @Test
  void withBothBasesGivenNoRegistryIsAskedButTheirs() throws IOException {
    Shell.Result result =
        build("JDK_IMAGE=registry.example.com/jdk:25 BASE_IMAGE=registry.example.com/debian:12");
    assertThat(result.code()).as(result.output()).isZero();
    assertThat(calls())
        .doesNotContain("pull")
        .contains("--build-arg JDK_IMAGE=registry.example.com/jdk:25")
        .contains("--build-arg BASE_IMAGE=registry.example.com/debian:12")
        .contains("-t udisk-csi:1.2.3");
  }

  @Test
  void whereARegistryAnswersTheBasesAreThoseOfTheDockerfile() throws IOException {
    assertThat(build("REGISTRY_ANSWERS=yes").code()).isZero();
    assertThat(calls()).contains("pull").doesNotContain("JDK_IMAGE").doesNotContain("import");
  }

  @Test
  void whereNoneAnswersTheBasesMadeHereAreUsed() throws IOException {
    Shell.Result result = build("");
    assertThat(result.output()).contains("No registry answers; the bases are made here.");
    assertThat(calls())
        .contains("--build-arg JDK_IMAGE=udisk-csi-base:jdk-25")
        .contains("--build-arg BASE_IMAGE=udisk-csi-base:bookworm");
  }

  @Test
  void basesForAnotherProcessorAreNotMadeHereAndItSaysWhatToGive() {
    Shell.Result result = build("PLATFORM=linux/arm64");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.output()).contains("give JDK_IMAGE and BASE_IMAGE");
  }

  @Test
  void sizeAndLayersArePrinted() {
    assertThat(build("REGISTRY_ANSWERS=yes").output())
        .contains("udisk-csi:1.2.3: 250 MB, in layers:\n120MB\tCOPY lib /opt/udisk-csi/lib")
        .doesNotContain("ENTRYPOINT");
  }
}
