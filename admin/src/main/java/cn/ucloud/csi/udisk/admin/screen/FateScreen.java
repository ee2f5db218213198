package cn.ucloud.csi.udisk.admin.screen;

import cn.ucloud.csi.udisk.admin.facts.Node;
import cn.ucloud.csi.udisk.admin.link.Fate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Which volumes can go where, and which cannot, and why. */
public final class FateScreen {
  private static final int MOST_NAMED = 3;

  private final Messages messages;

  public FateScreen(Messages messages) {
    this.messages = messages;
  }

  public List<String> lines(List<Fate> fates) {
    if (fates.isEmpty()) {
      return List.of(messages.say("fate.none"));
    }
    TextTable table = new TextTable();
    for (Fate fate : fates) {
      table.add(
          fate.nodes().isEmpty() ? "✗" : "✓",
          fate.volume().claimKey().isEmpty() ? fate.volume().name() : fate.volume().claimKey(),
          fate.volume().disk(),
          fate.nodes().isEmpty() ? reasons(fate) : where(fate.nodes()));
    }
    List<String> lines = new ArrayList<>(table.lines());
    long stuck = fates.stream().filter(fate -> fate.nodes().isEmpty()).count();
    lines.add(messages.say("fate.summary", fates.size(), fates.size() - stuck, stuck));
    return lines;
  }

  private String where(List<Node> nodes) {
    String named =
        nodes.stream().limit(MOST_NAMED).map(Node::name).collect(Collectors.joining(", "));
    return messages.say(
        nodes.size() > MOST_NAMED ? "fate.goesOrOthers" : "fate.goes",
        named,
        nodes.size() - MOST_NAMED);
  }

  private String reasons(Fate fate) {
    String why =
        fate.misfits().entrySet().stream()
            .map(entry ->
                entry.getValue()
                    + " "
                    + messages.say("misfit." + entry.getKey().name().toLowerCase(Locale.ROOT)))
            .collect(Collectors.joining(" · "));
    return messages.say("fate.stays", why.isEmpty() ? "-" : why);
  }
}
