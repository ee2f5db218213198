package cn.ucloud.csi.udisk.admin.report;

import cn.ucloud.csi.udisk.admin.check.Code.Severity;
import cn.ucloud.csi.udisk.admin.check.Finding;
import cn.ucloud.csi.udisk.admin.check.SubjectFindings;
import cn.ucloud.csi.udisk.admin.facts.Facts;
import cn.ucloud.csi.udisk.admin.facts.Volume;
import cn.ucloud.csi.udisk.admin.link.Links;
import cn.ucloud.csi.udisk.admin.screen.MapScreen;
import cn.ucloud.csi.udisk.admin.screen.Messages;
import cn.ucloud.csi.udisk.admin.screen.StatusScreen;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** The page: status, findings with what to do, the map as a picture and as a table; filters. */
public final class HtmlReport {
  /** A phone shows no more; the rest is in the table and in {@code doctor}. */
  private static final int MOST_FINDINGS = 1000;

  private final Messages messages;

  public HtmlReport(Messages messages) {
    this.messages = messages;
  }

  public String page(Links links, List<Finding> findings) {
    Facts facts = links.facts();
    SubjectFindings bySubject = new SubjectFindings(findings);
    return template()
        .formatted(
            messages.say("language"),
            Html.text(messages.say("report.title", facts.clusterId(), facts.region())),
            Html.text(messages.say("report.asOf", facts.at())),
            Html.text(messages.say("report.status")),
            Html.text(String.join("\n", new StatusScreen(messages).lines(facts, findings))),
            Html.text(messages.say("report.findings")),
            findings(findings),
            Html.text(messages.say("report.map")),
            new MapPicture(messages, links, troubled(links, bySubject)).svg(),
            Html.text(messages.say("report.table")),
            table(links, bySubject));
  }

  private static String template() {
    try (InputStream page = HtmlReport.class.getResourceAsStream("page.html")) {
      return new String(
          Objects.requireNonNull(page, "page.html").readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String findings(List<Finding> findings) {
    String filters =
        """
        <div class="filters"><input type="search" id="text" placeholder="%s">%s</div>
        """
            .formatted(
                Html.text(messages.say("report.filter")),
                kind(Severity.ERROR) + kind(Severity.WARNING));
    if (findings.isEmpty()) {
      return filters + "<p>" + Html.text(messages.say("nothing")) + "</p>";
    }
    String more =
        findings.size() <= MOST_FINDINGS
            ? ""
            : "<p>"
                + Html.text(messages.say("report.more", findings.size() - MOST_FINDINGS))
                + "</p>";
    return findings.stream()
        .limit(MOST_FINDINGS)
        .map(this::article)
        .collect(Collectors.joining("\n", filters, more));
  }

  private String kind(Severity severity) {
    return "<label><input type=\"checkbox\" class=\"kind\" value=\"%s\" checked> %s</label>"
        .formatted(severity, Html.text(messages.say("severity." + severity)));
  }

  private String article(Finding finding) {
    return """
    <article class="%s"><p><span class="code">%s</span> <span class="about">%s</span></p>
    <p>%s</p><p class="next">%s</p></article>\
    """
        .formatted(
            finding.code().severity(),
            finding.code(),
            Html.text(finding.about().toString()),
            Html.text(messages.sentence(finding)),
            Html.text(messages.remedy(finding)));
  }

  private static Set<String> troubled(Links links, SubjectFindings findings) {
    return links.facts().volumes().stream()
        .filter(volume -> !findings.of(volume, links).isEmpty())
        .map(Volume::name)
        .collect(Collectors.toSet());
  }

  private String table(Links links, SubjectFindings findings) {
    return new MapScreen(messages, false)
        .rows(links, findings).stream()
            .map(row ->
                row.stream()
                    .map(cell -> "<td>" + Html.text(cell) + "</td>")
                    .collect(Collectors.joining("", "<tr>", "</tr>")))
            .collect(Collectors.joining("\n"));
  }
}
