package cn.ucloud.csi.udisk.node.stage;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.node.fixture.LoopHost;
import cn.ucloud.csi.udisk.node.fixture.TestNode;
import cn.ucloud.csi.udisk.node.request.Access;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** State files that hold what this driver never writes, or nothing. */
final class StrangeRecordTest {
  @RegisterExtension final LoopHost host = new LoopHost();

  private TestNode node() {
    return new TestNode(host);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(host.state())) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  private void attach() {
    host.attach(host.disk(LoopHost.GIB), "vdb", "vdb");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "copyOf=../../etc",
        "device=253:sixteen",
        "device=1",
        "diskseq=99999999999999999999",
        "target=\0",
        "options=\u00ff",
        "access=NOBODY"
      })
  void strangeValueIsLikeNoRecordAndTheVolumeLivesOn(String line) throws IOException {
    attach();
    for (boolean raw : new boolean[] {false, true}) {
      live(raw, Access.MANY_WRITERS);
      for (Path file : files()) {
        String old =
            Files.readString(file).replaceAll("(?m)^" + line.split("=", -1)[0] + "=.*\n", "");
        Files.write(file, (old + line + "\n").getBytes(StandardCharsets.ISO_8859_1));
      }
      live(raw, Access.MANY_WRITERS);
      node().unpublish(host.target("p"));
      node().unstage();
      assertThat(host.mounts()).isEmpty();
      assertThat(files()).isEmpty();
    }
  }

  private void live(boolean raw, Access access) {
    if (raw) {
      node().stageRaw(false);
      node().publishRaw(host.target("p"), access);
    } else {
      node().stage();
      node().publish(host.target("p"), access);
    }
  }

  @Test
  void nothingIsLeftOfAVolumeThatIsPublishedNowhere() throws IOException {
    attach();
    node().stage();
    node().publish(host.target("p"));
    node().publish(host.target("q"));
    node().unpublish(host.target("p"));
    assertThat(host.state().resolve(".published/bsm-test")).isDirectory();
    node().unpublish(host.target("q"));
    node().unpublish(host.target("q"));
    node().unstage();
    assertThat(host.state().resolve(".published/bsm-test")).doesNotExist();
  }
}
