package cn.ucloud.csi.udisk.admin.command;

import cn.ucloud.csi.udisk.admin.facts.Facts;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The flag with which a question is asked of nodes, too. */
public final class NodeFlag {
  @Option(names = "--node", description = "Look also at the nodes: devices, serials, mounts.")
  private boolean isNode;

  /**
   * The facts, with what nodes show if that was asked for; empty if the plugin was told where to
   * look first.
   *
   * @throws IOException if the standard input breaks
   */
  public Optional<Facts> added(
      Session session, CommonFlags flags, Optional<Target> target, Facts facts) throws IOException {
    if (!isNode) {
      return Optional.of(facts);
    }
    NodeLooks looks = NodeLooks.of(session, flags, target, facts);
    if (session.invocation().isNext()) {
      looks.ask();
      return Optional.empty();
    }
    return Optional.of(looks.added());
  }
}
