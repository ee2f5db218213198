package cn.ucloud.csi.udisk.simulator.metadata;

import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig.Sts;
import cn.ucloud.csi.udisk.simulator.keys.Keyring;
import cn.ucloud.csi.udisk.simulator.keys.TemporaryKey;
import cn.ucloud.csi.udisk.simulator.model.Host;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/** Temporary keys in both forms: v1 tells the expiration in Unix seconds, v2 as ISO text. */
final class StsAnswers {
  private final Sts sts;
  private final String project;
  private final Keyring keyring;

  StsAnswers(Sts sts, String project, Keyring keyring) {
    this.sts = sts;
    this.project = project;
    this.keyring = keyring;
  }

  Map<String, Object> v1(Host host, String role) {
    if (!sts.roles().contains(role)) {
      return roleNotFound();
    }
    TemporaryKey key = keyring.issue(role, host.id(), sts.lifetime());
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("PublicKey", key.publicKey());
    data.put("PrivateKey", key.privateKey());
    data.put("SecurityToken", key.token());
    data.put("Expiration", key.expiration().getEpochSecond());
    data.put("ProjectID", project);
    data.put("CharacterName", role);
    data.put("RoleName", "UHostInstance");
    putHost(data, host);
    return envelope(data);
  }

  /** A shorter lifetime than the configured one may be asked for, a longer one is cut. */
  Map<String, Object> v2(Host host, String role, Duration asked) {
    if (!sts.roles().contains(role)) {
      return roleNotFound();
    }
    Duration lifetime = asked.compareTo(sts.lifetime()) < 0 ? asked : sts.lifetime();
    TemporaryKey key = keyring.issue(role, host.id(), lifetime);
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("AccessKeyId", key.publicKey());
    data.put("AccessKeySecret", key.privateKey());
    data.put("SecurityToken", key.token());
    data.put("Expiration", key.expiration().truncatedTo(ChronoUnit.SECONDS).toString());
    data.put("CharacterName", "ucs:iam::60036:role/ucs-service-role/" + role);
    data.put("ProjectID", project);
    data.put("HostID", host.id());
    putHost(data, host);
    return envelope(data);
  }

  private static void putHost(Map<String, Object> data, Host host) {
    data.put(host.spec().isBareMetal() ? "UPHostID" : "UHostID", host.id());
  }

  private static Map<String, Object> envelope(Map<String, Object> data) {
    return Map.of("RetCode", 0, "Message", "", "Data", data);
  }

  private static Map<String, Object> roleNotFound() {
    return Map.of("RetCode", 161, "Message", "Role not found");
  }
}
