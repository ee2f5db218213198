package cn.ucloud.csi.udisk.admin.screen;

import cn.ucloud.csi.udisk.admin.walk.Walk;
import java.util.ArrayList;
import java.util.List;

/** The steps from claim to pod, ticked off, and what to do about the first that is not done. */
public final class WalkScreen {
  private final Messages messages;

  public WalkScreen(Messages messages) {
    this.messages = messages;
  }

  public List<String> lines(String title, List<Walk.Step> steps) {
    TextTable table = new TextTable();
    for (Walk.Step step : steps) {
      table.add(mark(step.state()), messages.say(step.name()), detail(step));
    }
    List<String> lines = new ArrayList<>();
    lines.add(title);
    lines.addAll(table.lines());
    steps.stream()
        .flatMap(step -> step.reason().stream())
        .findFirst()
        .ifPresent(finding -> lines.add(messages.say("next") + " " + messages.remedy(finding)));
    return lines;
  }

  private static String mark(Walk.State state) {
    return switch (state) {
      case DONE -> " ✓";
      case WAITING -> " …";
      case FAILED -> " ✗";
      case NOT_REACHED -> "  ";
    };
  }

  private String detail(Walk.Step step) {
    return step.reason()
        .map(finding -> "[%s] %s".formatted(finding.code(), messages.sentence(finding)))
        .orElseGet(() -> messages.say(step.detail(), step.args().toArray()));
  }
}
