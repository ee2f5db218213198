package cn.ucloud.csi.udisk.admin.ask;

import cn.ucloud.csi.udisk.admin.check.Checks;
import cn.ucloud.csi.udisk.admin.check.Finding;
import cn.ucloud.csi.udisk.admin.command.CommonFlags;
import cn.ucloud.csi.udisk.admin.command.ExitCode;
import cn.ucloud.csi.udisk.admin.command.Questions;
import cn.ucloud.csi.udisk.admin.command.Session;
import cn.ucloud.csi.udisk.admin.facts.Facts;
import cn.ucloud.csi.udisk.admin.link.Links;
import cn.ucloud.csi.udisk.admin.report.HtmlReport;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Everything as one page, on the standard output. */
@Command(
    name = "report",
    description = "Map and findings as one HTML page: kubectl udisk report -A > report.html",
    mixinStandardHelpOptions = true)
public final class ReportCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final CommonFlags flags = new CommonFlags();

  public ReportCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Facts facts = Questions.byName(session, flags).asked();
    Links links = new Links(facts);
    List<Finding> findings = Checks.run(links);
    session.print(List.of(new HtmlReport(session.messages()).page(links, findings)));
    return ExitCode.ofReading(facts);
  }
}
