package cn.ucloud.csi.udisk.it.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How the launch script starts the administrator's program, with a JVM that only says how. */
class AdminLaunchTest {
  @TempDir private Path tree;

  @BeforeEach
  void makeATree() throws IOException {
    Files.createDirectories(tree.resolve("deploy/image"));
    Files.copy(
        Path.of("../deploy/image/udisk-csi"),
        tree.resolve("deploy/image/udisk-csi"),
        java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
    for (String jar :
        new String[] {
          "controller/target/controller-1.jar",
          "controller/target/lib/a.jar",
          "admin/target/admin-1.jar"
        }) {
      Files.createDirectories(tree.resolve(jar).resolveSibling(""));
      Files.createFile(tree.resolve(jar));
    }
    guard("exit 0");
    program("jdk/bin/java", "printf '%s\\n' \"$@\"; cat /proc/self/oom_score_adj");
  }

  private void guard(String script) throws IOException {
    program("deploy/image/memory-guard", script);
  }

  private void program(String name, String script) throws IOException {
    Path file = tree.resolve(name);
    Files.createDirectories(file.resolveSibling(""));
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Ran launch(ShellKind shell, String... words) {
    return Ran.of(
        tree,
        Map.of("PATH", "/usr/bin:/bin", "JAVA_HOME", tree.resolve("jdk").toString()),
        "",
        shell.running(tree.resolve("deploy/image/udisk-csi").toString(), words));
  }

  @ParameterizedTest
  @EnumSource
  void itTakesLittleMemoryAndGoesBeforeTheController(ShellKind shell) throws IOException {
    Ran ran = launch(shell, "admin", "--lang=zh", "map", "a b", "--small", "$(id)");
    assertThat(ran.out().lines())
        .contains("-Xmx96m")
        // Else a lack of memory is said among the screens, and ends as errors found do.
        .contains("-XX:+DisplayVMOutputToStderr", "-XX:+ExitOnOutOfMemoryError")
        .containsSequence("cn.ucloud.csi.udisk.admin.AdminMain", "--lang=zh", "map", "a b");
    assertThat(ran.out()).endsWith("1000\n");
    assertThat(launch(shell, "controller").out())
        .doesNotContain("-Xmx96m")
        .doesNotEndWith("1000\n");
  }

  @ParameterizedTest
  @EnumSource
  void itsClassPathBeginsAsTheControllersWhoseCacheItShares(ShellKind shell) {
    String controller = classPath(launch(shell, "controller"));
    assertThat(controller).isNotEmpty().doesNotContain("admin");
    assertThat(classPath(launch(shell, "admin")))
        .isEqualTo(controller + ":" + tree.resolve("admin/target/admin-1.jar"));
  }

  private static String classPath(Ran ran) {
    var lines = ran.out().lines().toList();
    return lines.get(lines.indexOf("-cp") + 1);
  }

  @ParameterizedTest
  @EnumSource
  void whereTheControllerNeedsTheMemoryItIsNotStarted(ShellKind shell) throws IOException {
    guard("echo \"guarding $*\" >&2; exit 5");
    assertThat(launch(shell, "admin", "--lang=zh", "map"))
        .isEqualTo(new Ran(5, "", "guarding /sys/fs/cgroup zh\n"));
    assertThat(launch(shell, "controller").code()).isZero();
  }
}
