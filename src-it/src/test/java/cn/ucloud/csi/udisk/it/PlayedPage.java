package cn.ucloud.csi.udisk.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A document whose commands are carried out in a cluster, as its reader would: by a shell, kubectl,
 * and Helm as a library.
 */
final class PlayedPage {
  private final List<CodeBlock> blocks;
  private final ServedApis cluster;
  private final Path home;
  private final String programs;
  private String variables = "";

  PlayedPage(String page, ServedApis cluster, Path home) {
    this.blocks =
        CodeBlock.of(page).stream().filter(block -> block.language().equals("sh")).toList();
    this.cluster = cluster;
    this.home = home;
    this.programs = programs(home);
  }

  /**
   * What needs more of a cluster than there is, its controllers or pods, does nothing. {@code
   * apply} would ask for a schema.
   */
  private static String programs(Path home) {
    return """
    export KUBECONFIG=%s HOME=%s
    cd "$HOME"
    kubectl() {
      case " $* " in
        *' scale '* | *' wait '* | *' rollout '* | *' get pv,'* | *custom-columns*) ;;
        *' apply '*) command kubectl "$@" --validate=false ;;
        *) command kubectl "$@" ;;
      esac
    }
    helm() { printf '%%s\\n' "$@" >helm-call; }
    """
        .formatted(home.resolve("kubeconfig"), home);
  }

  /** Carries out the block that has this text. */
  PlayedPage play(String part) {
    List<CodeBlock> meant =
        blocks.stream().filter(block -> block.text().contains(part)).limit(2).toList();
    if (meant.size() != 1) {
      throw new AssertionError(meant.size() + " blocks have: " + part);
    }
    meant.getFirst().text().replace("\\\n", " ").lines().forEach(this::command);
    return this;
  }

  private void command(String line) {
    if (line.matches("\\w+=.*")) {
      variables += line + "\n";
      return;
    }
    Path call = home.resolve("helm-call");
    try {
      Files.writeString(home.resolve("kubeconfig"), cluster.kubeconfig());
      Shell.run("sh", "-ec", programs + variables + line);
      if (Files.exists(call)) {
        List<String> words = Files.readAllLines(call);
        Files.delete(call);
        helm(words);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void helm(List<String> words) {
    Chart chart =
        Chart.onNewest()
            .with(HelmCall.values(words).isEmpty() ? "" : HelmCall.values(words).toString());
    switch (words.getFirst()) {
      case "install" -> chart.install(cluster);
      case "upgrade" ->
          chart.upgrade(
              cluster,
              words.contains("--reset-then-reuse-values")
                  ? Chart.OldValues.RESET_THEN_REUSE
                  : Chart.OldValues.RESET);
      case "uninstall" -> Chart.uninstall(cluster);
      default -> throw new AssertionError(words);
    }
  }
}
