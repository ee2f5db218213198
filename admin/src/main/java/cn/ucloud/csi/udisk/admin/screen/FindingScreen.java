package cn.ucloud.csi.udisk.admin.screen;

import cn.ucloud.csi.udisk.admin.check.Code.Severity;
import cn.ucloud.csi.udisk.admin.check.Finding;
import java.util.ArrayList;
import java.util.List;

/** Findings, each with what to do about it. */
public final class FindingScreen {
  private static final String INDENT = "   ";

  private final Messages messages;
  private final int width;

  /** On lines as long as they need to be. */
  public FindingScreen(Messages messages) {
    this(messages, 0);
  }

  /**
   * On lines that fit.
   *
   * @param width of the terminal in characters; 0 if there is none
   */
  public FindingScreen(Messages messages, int width) {
    this.messages = messages;
    this.width = width;
  }

  /** All of them; one line where there are none. */
  public List<String> lines(List<Finding> findings) {
    if (findings.isEmpty()) {
      return List.of(messages.say("nothing"));
    }
    List<String> lines = new ArrayList<>();
    for (Finding finding : findings) {
      lines.addAll(lines(finding));
    }
    lines.add(
        messages.say(
            "summary", count(findings, Severity.ERROR), count(findings, Severity.WARNING)));
    return lines;
  }

  private List<String> lines(Finding finding) {
    String mark = finding.code().severity() == Severity.ERROR ? "✗" : "!";
    List<String> lines =
        new ArrayList<>(
            TextTable.wrapped(
                "%s [%s] %s: %s"
                    .formatted(mark, finding.code(), finding.about(), messages.sentence(finding)),
                INDENT,
                width));
    lines.addAll(TextTable.wrapped(INDENT + messages.remedy(finding), INDENT, width));
    return lines;
  }

  private static long count(List<Finding> findings, Severity severity) {
    return findings.stream().filter(finding -> finding.code().severity() == severity).count();
  }
}
