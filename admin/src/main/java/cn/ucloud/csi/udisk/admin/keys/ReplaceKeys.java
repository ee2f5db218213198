package cn.ucloud.csi.udisk.admin.keys;

import cn.ucloud.csi.udisk.admin.command.Notes;
import cn.ucloud.csi.udisk.admin.facts.Driver;
import cn.ucloud.csi.udisk.admin.facts.Facts;
import cn.ucloud.csi.udisk.admin.facts.Host;
import cn.ucloud.csi.udisk.admin.facts.Node;
import cn.ucloud.csi.udisk.admin.link.Links;
import cn.ucloud.csi.udisk.admin.plan.Decision;
import cn.ucloud.csi.udisk.admin.plan.Plan;
import cn.ucloud.csi.udisk.admin.plan.Step;
import cn.ucloud.csi.udisk.admin.port.KeyRing;
import cn.ucloud.csi.udisk.admin.port.Unreadable;
import cn.ucloud.csi.udisk.common.ucloud.credentials.Credentials;
import cn.ucloud.csi.udisk.common.ucloud.credentials.KeyOrigin;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * New keys in the Secret that the controller reads, once they have answered and know this cluster's
 * hosts: with another account's keys every disk would be taken for gone.
 *
 * @param typed the new ones
 * @param used those that this container has
 * @param notes whether the Secret was replaced already
 */
public record ReplaceKeys(Credentials typed, KeyRing used, Facts facts, Notes notes)
    implements Plan {
  /** How long kubelet may take to bring a Secret into a pod. */
  private static final Duration LIMIT = Duration.ofMinutes(3);

  private static final String REPLACED = "replaced";
  private static final int MOST_HOSTS = 20;
  private static final int SECONDS = 5;

  @Override
  public String confirmation() {
    return driver().keysSecret();
  }

  private Driver driver() {
    return facts.driver();
  }

  /** The old keys may be good for nothing. */
  @Override
  public boolean matters(Facts.Gap gap) {
    return gap.kind() != Facts.Gap.Kind.KEYS_REFUSED
        && gap.kind() != Facts.Gap.Kind.CLOUD_UNREACHABLE;
  }

  @Override
  public Decision decide(Links links) {
    if (driver().keysSecret().isEmpty()) {
      return Decision.refused(whyNone());
    }
    List<String> hosts =
        facts.nodes().stream()
            .map(Node::host)
            .filter(id -> !id.isEmpty())
            .limit(MOST_HOSTS)
            .toList();
    if (hosts.isEmpty()) {
      return Decision.refused("keys.noHosts");
    }
    try {
      long known = used.cloudBy(typed).hosts(hosts).stream().filter(Host::exists).count();
      return known == 0
          ? Decision.refused("keys.otherAccount", String.join(", ", hosts))
          : next(known, hosts.size());
    } catch (Unreadable e) {
      return Decision.refused("keys.refused", e.gap().why());
    }
  }

  private Decision next(long known, int asked) {
    if (used.isUsing(typed)) {
      return Decision.done("keys.done");
    }
    String secret = driver().namespace() + "/" + driver().keysSecret();
    if (notes.find(REPLACED).isEmpty()) {
      return new Decision.Do(
          "keys.do",
          List.of(secret, String.valueOf(known), String.valueOf(asked)),
          List.of(
              new Step.Keys(driver().namespace(), driver().keysSecret()),
              new Step.Note(REPLACED + " " + facts.at()),
              new Step.Pause(SECONDS)));
    }
    Instant replaced = Instant.parse(notes.find(REPLACED).get());
    return replaced.plus(LIMIT).isBefore(facts.at())
        ? Decision.refused("keys.notThere", secret, LIMIT.toMinutes())
        : Decision.wait(SECONDS, "keys.waiting", secret);
  }

  private String whyNone() {
    try {
      KeyOrigin.Kind kind = used.shown().origin().kind();
      return switch (kind) {
        case ENVIRONMENT -> "keys.ofVariables";
        case FILES -> "keys.noSecret";
        case METADATA -> "keys.ofHost";
      };
    } catch (Unreadable e) {
      return "keys.noSecret";
    }
  }
}
