package cn.ucloud.csi.udisk.admin.ask;

import cn.ucloud.csi.udisk.admin.check.Checks;
import cn.ucloud.csi.udisk.admin.check.Finding;
import cn.ucloud.csi.udisk.admin.command.CommonFlags;
import cn.ucloud.csi.udisk.admin.command.ExitCode;
import cn.ucloud.csi.udisk.admin.command.Questions;
import cn.ucloud.csi.udisk.admin.command.Session;
import cn.ucloud.csi.udisk.admin.facts.Facts;
import cn.ucloud.csi.udisk.admin.facts.FactsJson;
import cn.ucloud.csi.udisk.admin.link.Links;
import cn.ucloud.csi.udisk.admin.report.HtmlReport;
import cn.ucloud.csi.udisk.admin.screen.FindingScreen;
import cn.ucloud.csi.udisk.admin.screen.Messages;
import cn.ucloud.csi.udisk.common.identity.BuildVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * What others need to judge a case: the facts, which {@code doctor --facts} reads again, and what
 * is concluded from them. Of objects only what this program reads is in it, so no secret can be.
 */
@Command(
    name = "support-bundle",
    description = "Facts, findings and report as a zip: kubectl udisk support-bundle > bundle.zip",
    mixinStandardHelpOptions = true)
public final class SupportBundleCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final CommonFlags flags = new CommonFlags();

  public SupportBundleCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    Facts facts = Questions.byName(session, flags).everything();
    Links links = new Links(facts);
    List<Finding> findings = Checks.run(links);
    // Whoever reads it may not speak the language of whoever sends it.
    Messages english = Messages.of("en");
    try (ZipOutputStream zip = new ZipOutputStream(session.out())) {
      put(zip, "version.txt", BuildVersion.read() + "\n");
      put(zip, "doctor.txt", String.join("\n", new FindingScreen(english).lines(findings)) + "\n");
      put(zip, "report.html", new HtmlReport(english).page(links, findings));
      ByteArrayOutputStream json = new ByteArrayOutputStream();
      FactsJson.write(facts, json);
      zip.putNextEntry(new ZipEntry("facts.json"));
      json.writeTo(zip);
      zip.closeEntry();
    }
    return ExitCode.ofReading(facts);
  }

  private static void put(ZipOutputStream zip, String name, String text) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(text.getBytes(StandardCharsets.UTF_8));
    zip.closeEntry();
  }
}
