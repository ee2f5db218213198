package cn.ucloud.csi.udisk.it.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whether the administrator's program may be started beside a controller. */
class MemoryGuardTest {
  private static final long MIB = 1L << 20;
  private static final String SCRIPT =
      Path.of("../deploy/image/memory-guard").toAbsolutePath().normalize().toString();

  @TempDir private Path group;

  private void second(String limit, long used, long freeable) throws IOException {
    Files.writeString(group.resolve("memory.max"), limit + "\n");
    Files.writeString(group.resolve("memory.current"), used + "\n");
    Files.writeString(
        group.resolve("memory.stat"),
        "anon 5\ninactive_file %d\nactive_file 7\n".formatted(freeable));
  }

  private void first(long limit, long used, long freeable) throws IOException {
    Path memory = Files.createDirectories(group.resolve("memory"));
    Files.writeString(memory.resolve("memory.limit_in_bytes"), limit + "\n");
    Files.writeString(memory.resolve("memory.usage_in_bytes"), used + "\n");
    Files.writeString(
        memory.resolve("memory.stat"),
        "inactive_file 1\ntotal_inactive_file %d\n".formatted(freeable));
  }

  private Ran guard(ShellKind shell, String language) {
    return Ran.of(
        group,
        Map.of("PATH", "/usr/bin:/bin"),
        "",
        shell.running(SCRIPT, group.toString(), language));
  }

  @ParameterizedTest
  @EnumSource
  void withTooLittleLeftOneSentenceSaysWhatHelps(ShellKind shell) throws IOException {
    second(Long.toString(384 * MIB), 200 * MIB, 15 * MIB);
    Ran ran = guard(shell, "");
    assertThat(ran.code()).isEqualTo(5);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err().lines())
        .singleElement()
        .asString()
        .contains("of the 384 MiB", "199 are left", "needs 200", "kubectl udisk --pod");
    assertThat(guard(shell, "zh").err()).contains("199 MiB").containsPattern("\\p{IsHan}");
    first(384 * MIB, 200 * MIB, 15 * MIB);
    assertThat(guard(shell, "").code()).isEqualTo(5);
  }

  @ParameterizedTest
  @EnumSource
  void pagesThatTheKernelCanGiveBackAreLeft(ShellKind shell) throws IOException {
    second(Long.toString(384 * MIB), 200 * MIB, 16 * MIB);
    assertThat(guard(shell, "")).isEqualTo(new Ran(0, "", ""));
  }

  @ParameterizedTest
  @EnumSource
  void theOlderControlGroupsCountAsWell(ShellKind shell) throws IOException {
    first(384 * MIB, 200 * MIB, 15 * MIB);
    assertThat(guard(shell, "").err()).contains("199 are left");
    first(384 * MIB, 200 * MIB, 16 * MIB);
    assertThat(guard(shell, "").code()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void withoutALimitThereIsNothingToGuard(ShellKind shell) throws IOException {
    assertThat(guard(shell, "")).isEqualTo(new Ran(0, "", ""));
    second("max", 900 * MIB, 0);
    assertThat(guard(shell, "")).isEqualTo(new Ran(0, "", ""));
    Files.delete(group.resolve("memory.max"));
    first(9223372036854771712L, 900 * MIB, 0);
    assertThat(guard(shell, "")).isEqualTo(new Ran(0, "", ""));
  }

  @Test
  void theLaunchScriptAsksItForTheAdministratorsProgramAlone() throws IOException {
    String launch = Files.readString(Path.of("../deploy/image/udisk-csi"));
    assertThat(launch)
        .containsOnlyOnce("memory-guard")
        .containsPattern(
            "(?s)  admin\\)\\n    #[^\\n]*\\n(?:(?!;;).)*memory-guard\" /sys/fs/cgroup [^\\n]* \\|\\| exit\\n");
  }
}
