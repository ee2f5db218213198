package cn.ucloud.csi.udisk.admin.screen;

import cn.ucloud.csi.udisk.admin.check.Finding;
import cn.ucloud.csi.udisk.admin.facts.Facts;
import cn.ucloud.csi.udisk.admin.link.Ages;
import cn.ucloud.csi.udisk.admin.port.KeyRing.Shown;
import cn.ucloud.csi.udisk.common.ucloud.credentials.KeyOrigin;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which keys are used and how good they are; of the keys themselves nothing that is secret. */
public final class KeysScreen {
  private final Messages messages;

  public KeysScreen(Messages messages) {
    this.messages = messages;
  }

  /**
   * Shows them.
   *
   * @param shown empty if there are none
   * @param findings those about keys and cloud
   */
  public List<String> lines(Facts facts, Optional<Shown> shown, List<Finding> findings) {
    TextTable table = new TextTable();
    shown.ifPresent(keys -> {
      KeyOrigin origin = keys.origin();
      table.add(messages.say("keys.source"), source(facts, origin.kind()));
      table.add(messages.say("keys.public"), keys.publicKey());
      table.add(
          messages.say("keys.since"),
          origin
              .since()
              .map(at -> messages.say("keys.sinceOf", at, Ages.since(at, facts.at())))
              .orElse(messages.say("notRead")));
      table.add(
          messages.say("keys.until"),
          origin
              .until()
              .map(at -> messages.say("keys.untilOf", at, Ages.since(facts.at(), at)))
              .orElse(messages.say("keys.permanent")));
    });
    table.add(
        messages.say("status.cloud"),
        findings.stream()
            .findFirst()
            .map(messages::sentence)
            .orElse(messages.say("status.cloudOk", facts.region())));
    List<String> lines = new ArrayList<>(table.lines());
    findings.stream()
        .findFirst()
        .ifPresent(finding -> lines.add(messages.say("next") + " " + messages.remedy(finding)));
    return lines;
  }

  private String source(Facts facts, KeyOrigin.Kind kind) {
    String secret = facts.driver().keysSecret();
    return switch (kind) {
      case ENVIRONMENT -> messages.say("keys.variables");
      case METADATA -> messages.say("keys.temporary");
      case FILES ->
          secret.isEmpty()
              ? messages.say("keys.files")
              : messages.say("keys.secret", facts.driver().namespace() + "/" + secret);
    };
  }
}
