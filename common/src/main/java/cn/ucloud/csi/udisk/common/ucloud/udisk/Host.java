package cn.ucloud.csi.udisk.common.ucloud.udisk;

import cn.ucloud.csi.udisk.common.ucloud.ApiObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A UHost or bare metal host, as far as a disk cares.
 *
 * @param rdmaCluster where RSSD disks of it are, at this moment: the cloud moves hosts between
 *     clusters without notice. Empty for a host that takes none
 * @param addresses all that the cloud gave it
 */
public record Host(String id, String zone, Optional<String> rdmaCluster, List<String> addresses) {

  /** A host that takes no RSSD disks and whose addresses are not told. */
  public Host(String id, String zone) {
    this(id, zone, Optional.empty(), List.of());
  }

  /** Asks for these hosts, a hundred at most, whose ids are the array {@code field}. */
  static Map<String, Object> parameters(String field, List<String> ids) {
    Map<String, Object> parameters = new LinkedHashMap<>();
    for (int i = 0; i < ids.size(); i++) {
      parameters.put(field + "." + i, ids.get(i));
    }
    parameters.put("Limit", ids.size());
    return parameters;
  }

  /** Those of {@code ids} in the list {@code set}, whose members call their id {@code idField}. */
  static Page<Host> among(List<String> ids, ApiObject body, String set, String idField) {
    Page<Host> all = Page.read(body, set, idField, record -> from(record, idField));
    return new Page<>(
        all.items().stream().filter(host -> ids.contains(host.id())).toList(),
        all.odd().stream().filter(odd -> ids.stream().anyMatch(odd::mayBe)).toList(),
        all.totalCount());
  }

  private static Host from(ApiObject json, String idField) {
    return new Host(
        json.requireId(idField),
        json.requireText("Zone"),
        json.text("RdmaClusterId"),
        addresses(json));
  }

  private static List<String> addresses(ApiObject host) {
    return host.list("IPSet", ip -> ip.text("IP").or(() -> ip.text("IPAddr"))).stream()
        .flatMap(Optional::stream)
        .toList();
  }
}
