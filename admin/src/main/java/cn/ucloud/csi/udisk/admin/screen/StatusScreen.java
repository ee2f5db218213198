package cn.ucloud.csi.udisk.admin.screen;

import cn.ucloud.csi.udisk.admin.check.Code;
import cn.ucloud.csi.udisk.admin.check.Finding;
import cn.ucloud.csi.udisk.admin.facts.Attachment;
import cn.ucloud.csi.udisk.admin.facts.Claim;
import cn.ucloud.csi.udisk.admin.facts.Driver;
import cn.ucloud.csi.udisk.admin.facts.Driver.DriverPod;
import cn.ucloud.csi.udisk.admin.facts.Facts;
import cn.ucloud.csi.udisk.admin.facts.Facts.ObjectKind;
import cn.ucloud.csi.udisk.admin.facts.Node;
import cn.ucloud.csi.udisk.admin.facts.Volume;
import cn.ucloud.csi.udisk.admin.link.Ages;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The driver and its cluster on a few lines. */
public final class StatusScreen {
  private final Messages messages;

  public StatusScreen(Messages messages) {
    this.messages = messages;
  }

  public List<String> lines(Facts facts, List<Finding> findings) {
    TextTable table = new TextTable();
    table.add(messages.say("status.driver"), driver(facts));
    table.add(messages.say("status.cloud"), cloud(facts, findings));
    table.add(
        messages.say("status.clock"),
        messages.say("status.clockOk", facts.clockAheadMillis() / 1000));
    table.add(messages.say("status.nodes"), ifRead(facts, ObjectKind.NODES, nodes(facts)));
    table.add(messages.say("status.volumes"), ifRead(facts, ObjectKind.VOLUMES, volumes(facts)));
    table.add(messages.say("status.claims"), ifRead(facts, ObjectKind.CLAIMS, claims(facts)));
    table.add(
        messages.say("status.attachments"),
        ifRead(facts, ObjectKind.ATTACHMENTS, attachments(facts)));
    List<String> lines = new ArrayList<>(table.lines());
    lines.add("");
    lines.addAll(summed(findings));
    return lines;
  }

  private String driver(Facts facts) {
    Driver driver = facts.driver();
    if (driver.namespace().isEmpty()) {
      return messages.say("status.notInstalled");
    }
    if (!driver.acts(facts.at())) {
      return messages.say("status.notActing");
    }
    return messages.say(
        "status.acting",
        driver.holder(),
        Ages.since(driver.renewedAt(), facts.at()),
        driver.controllers().size(),
        count(driver.nodePlugins(), DriverPod::isReady),
        driver.nodePlugins().size());
  }

  private String cloud(Facts facts, List<Finding> findings) {
    return findings.stream()
        .filter(finding -> finding.code() == Code.UD102 || finding.code() == Code.UD103)
        .findFirst()
        .map(messages::sentence)
        .orElse(messages.say("status.cloudOk", facts.region()));
  }

  /** A number of what was not read to its end would be a guess. */
  private String ifRead(Facts facts, ObjectKind kind, String counts) {
    return facts.scope().isWhole(kind) ? counts : messages.say("status.notRead");
  }

  private String nodes(Facts facts) {
    return messages.say(
        "status.nodesOf",
        facts.nodes().size(),
        count(facts.nodes(), Node::isReady),
        count(facts.nodes(), Node::isRegistered),
        count(facts.nodes(), Node::takesRssd));
  }

  private String volumes(Facts facts) {
    return messages.say(
        "status.volumesOf",
        facts.volumes().size(),
        count(facts.volumes(), volume -> "Bound".equals(volume.phase())),
        count(facts.volumes(), Volume::isReleased),
        count(facts.volumes(), volume -> volume.kind() == Volume.Kind.FLEX));
  }

  private String claims(Facts facts) {
    return messages.say(
        "status.claimsOf", facts.claims().size(), count(facts.claims(), Claim::isPending));
  }

  private String attachments(Facts facts) {
    return messages.say(
        "status.attachmentsOf",
        facts.attachments().size(),
        count(facts.attachments(), a -> a.isAttached() && !a.isDeleting()),
        count(facts.attachments(), a -> !a.isAttached() && !a.isDeleting()),
        count(facts.attachments(), Attachment::isDeleting));
  }

  private static <T> long count(Collection<T> all, Predicate<T> which) {
    return all.stream().filter(which).count();
  }

  /** One line for each code: a cluster may have thousands of the same. */
  private List<String> summed(List<Finding> findings) {
    if (findings.isEmpty()) {
      return List.of(messages.say("nothing"));
    }
    Map<Code, List<Finding>> byCode = new TreeMap<>();
    findings.forEach(
        finding -> byCode.computeIfAbsent(finding.code(), _ -> new ArrayList<>()).add(finding));
    TextTable table = new TextTable();
    byCode.forEach((code, found) ->
        table.add(
            code.severity() == Code.Severity.ERROR ? "✗" : "!",
            code.name(),
            found.size() + " ×",
            messages.sentence(found.getFirst())));
    return table.lines();
  }
}
