package cn.ucloud.csi.udisk.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code scripts/mirror-images} copies; with tools that write down what they are asked. */
class MirrorImagesTest {
  private static final String DIGEST = "sha256:" + "a".repeat(64);

  @TempDir private Path tree;

  /** As on a machine that has these tools and no others of their kind. */
  private Shell.Result mirror(List<String> tools, String target) throws IOException {
    Path bin = Files.createDirectories(tree.resolve("bin"));
    for (String tool : List.of("sh", "dirname", "grep")) {
      program(bin.resolve(tool), "exec %s \"$@\"".formatted(Shell.run("which", tool).strip()));
    }
    for (String tool : tools) {
      program(
          bin.resolve(tool),
          "echo \"%s $*\" >>'%s/calls'\ncase $* in *broken*) exit 1 ;; esac".formatted(tool, tree));
    }
    Path script = Files.createDirectories(tree.resolve("scripts")).resolve("mirror-images");
    Files.copy(Path.of("../scripts/mirror-images"), script);
    return Shell.attempt(
        "", "sh", "-c", "PATH='%s'; export PATH; sh '%s' %s".formatted(bin, script, target));
  }

  private static void program(Path file, String body) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    Shell.run("chmod", "+x", file.toString());
  }

  private void images(String... lines) throws IOException {
    Files.createDirectories(tree.resolve("deploy"));
    Files.write(tree.resolve("deploy/images.txt"), List.of(lines));
  }

  private List<String> calls() throws IOException {
    return Files.readAllLines(tree.resolve("calls"));
  }

  @Test
  void skopeoCopiesAllPlatformsOfWhatTheDigestNamesAndDockerTheDriversOwn() throws IOException {
    images("# said by the chart", "registry.k8s.io/a/attacher:v1@" + DIGEST, "udisk-csi:1.2.3");
    Shell.Result result = mirror(List.of("skopeo", "docker"), "registry.example.com:5000/udisk/");
    assertThat(result.code()).as(result.output()).isZero();
    assertThat(calls())
        .containsExactly(
            "skopeo copy --all docker://registry.k8s.io/a/attacher@%s".formatted(DIGEST)
                + " docker://registry.example.com:5000/udisk/attacher:v1",
            "docker tag udisk-csi:1.2.3 registry.example.com:5000/udisk/udisk-csi:1.2.3",
            "docker push registry.example.com:5000/udisk/udisk-csi:1.2.3");
    assertThat(result.output())
        .contains("--set global.imageRegistry=registry.example.com:5000/udisk\n");
  }

  @Test
  void dockerAlonePullsByTheDigest() throws IOException {
    images("registry.k8s.io/a/attacher:v1@" + DIGEST);
    assertThat(mirror(List.of("docker"), "registry.example.com").code()).isZero();
    assertThat(calls())
        .containsExactly(
            "docker pull registry.k8s.io/a/attacher@" + DIGEST,
            "docker tag registry.k8s.io/a/attacher@%s registry.example.com/attacher:v1"
                .formatted(DIGEST),
            "docker push registry.example.com/attacher:v1");
  }

  @Test
  void anImageThatCannotBeCopiedEndsItWithoutSayingThatAllAreThere() throws IOException {
    images("registry.k8s.io/broken:v1@" + DIGEST, "registry.k8s.io/b:v1@" + DIGEST);
    Shell.Result result = mirror(List.of("skopeo"), "registry.example.com");
    assertThat(result.code()).isNotZero();
    assertThat(result.output()).doesNotContain("Install with");
    assertThat(calls()).hasSize(1);
  }

  @Test
  void withoutAToolOrATargetItSaysSoAndCopiesNothing() throws IOException {
    images("registry.k8s.io/b:v1@" + DIGEST);
    assertThat(mirror(List.of(), "registry.example.com").output())
        .contains("neither skopeo nor docker is here");
    assertThat(tree.resolve("calls")).doesNotExist();
  }
}
