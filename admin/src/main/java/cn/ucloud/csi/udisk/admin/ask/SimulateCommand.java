package cn.ucloud.csi.udisk.admin.ask;

import cn.ucloud.csi.udisk.admin.command.ExitCode;
import cn.ucloud.csi.udisk.admin.command.Session;
import cn.ucloud.csi.udisk.admin.facts.Facts;
import cn.ucloud.csi.udisk.admin.facts.Node;
import cn.ucloud.csi.udisk.admin.link.Fate;
import cn.ucloud.csi.udisk.admin.link.Links;
import cn.ucloud.csi.udisk.admin.read.Part;
import cn.ucloud.csi.udisk.admin.screen.FateScreen;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** What would become of the volumes of nodes that are lost. */
@Command(
    name = "simulate",
    description = "Which volumes could go where if a node or a zone were lost, and which not.",
    mixinStandardHelpOptions = true)
public final class SimulateCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(index = "0", paramLabel = "node-loss|zone-loss", description = "What is lost.")
  private String what = "";

  @Parameters(index = "1", paramLabel = "<name>", description = "The node, or the zone.")
  private String name = "";

  public SimulateCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Predicate<Node> isLost =
        switch (what) {
          case "node-loss" -> node -> node.name().equals(name);
          case "zone-loss" -> node -> node.zone().equals(name);
          default -> _ -> false;
        };
    if (!what.equals("node-loss") && !what.equals("zone-loss")) {
      session.err().println(session.messages().say("fate.usage"));
      return ExitCode.USAGE;
    }
    Facts facts =
        session.reader().get().cluster(EnumSet.of(Part.NODES, Part.VOLUMES, Part.ATTACHMENTS));
    if (facts.nodes().stream().noneMatch(isLost) && facts.gaps().isEmpty()) {
      session.err().println(session.messages().say("unknown.object", name));
      return ExitCode.USAGE;
    }
    List<Fate> fates = Fate.ifLost(isLost, new Links(facts));
    session.print(new FateScreen(session.messages()).lines(fates));
    int reading = ExitCode.ofReading(facts);
    boolean isHopeless = fates.stream().anyMatch(fate -> fate.nodes().isEmpty());
    return reading != ExitCode.FINE ? reading : isHopeless ? ExitCode.WARNINGS : ExitCode.FINE;
  }
}
