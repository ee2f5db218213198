package cn.ucloud.csi.udisk.node.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StateDirectoryTest {
  private static final Path NAME = Path.of("directory", "file");

  @TempDir Path root;

  private StateDirectory state(String boot) {
    return new StateDirectory(root.resolve("new"), boot);
  }

  @Test
  void whatIsWrittenIsFoundAndReplacedAndRemoved() {
    state("a").write(NAME, Map.of("key", "1"));
    state("a").write(NAME, Map.of("key", "a=b"));
    assertThat(state("a").find(NAME).orElseThrow()).containsEntry("key", "a=b");
    assertThat(state("a").list(Path.of("directory"))).containsExactly(NAME);
    state("a").remove(NAME);
    state("a").remove(NAME);
    assertThat(state("a").find(NAME)).isEmpty();
    assertThat(state("a").list(Path.of("no-such-directory"))).isEmpty();
  }

  @Test
  void fileOfAnotherBootIsAbsent() {
    state("a").write(NAME, Map.of("key", "1"));
    assertThat(state("b").find(NAME)).isEmpty();
  }

  @Test
  void halfWrittenFileIsNotSeen() throws IOException {
    state("a").write(NAME, Map.of("key", "1"));
    Files.writeString(root.resolve("new/directory/file.tmp"), "key=2\nbo");
    assertThat(state("a").find(NAME).orElseThrow()).containsEntry("key", "1");
    assertThat(state("a").list(Path.of("directory"))).containsExactly(NAME);
  }

  @Test
  void thisBootHasAnId() {
    StateDirectory real = StateDirectory.ofThisBoot(root);
    real.write(NAME, Map.of());
    assertThat(StateDirectory.ofThisBoot(root).find(NAME).orElseThrow().get("boot")).isNotEmpty();
  }
}
