package cn.ucloud.csi.udisk.admin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

class PluginLineTest {
  @Command(name = "all")
  static final class All {}

  @Command(name = "map")
  static final class Shown {
    @Option(names = "--context-namespace")
    String namespace = "";
  }

  @Command(name = "repair")
  static final class Changed {
    @Option(names = "--next")
    boolean next;

    @Option(names = "--confirmed")
    String confirmed = "";
  }

  private final PluginLine line = new PluginLine(new All());

  PluginLineTest() {
    var _ = line.addSubcommand(new Shown()).addSubcommand(new Changed());
  }

  @Test
  void aWordOfThePluginGoesToTheCommandThatWantsIt() {
    assertThat(line.placed("--lang=zh", "--width=80", "--context-namespace=shop", "map", "a"))
        .containsExactly("--lang=zh", "map", "--context-namespace=shop", "a");
    assertThat(
            line.placed(
                "--lang=en",
                "--width=0",
                "--context-namespace=shop",
                "--next",
                "--confirmed=pv-1",
                "repair",
                "pv-1",
                "--apply"))
        .containsExactly("--lang=en", "repair", "--next", "--confirmed=pv-1", "pv-1", "--apply");
  }

  @Test
  void whatSomebodyTypedStaysWhereItIs() {
    assertThat(line.placed("--lang=en", "--width=0", "map", "--width=1", "--next", "a b", ""))
        .containsExactly("--lang=en", "map", "--width=1", "--next", "a b", "");
    assertThat(line.placed("--width=0", "--help")).containsExactly("--help");
    assertThat(line.placed("--width=0", "unknown", "x")).containsExactly("unknown", "x");
    assertThat(line.placed("--width=0")).isEmpty();
  }
}
