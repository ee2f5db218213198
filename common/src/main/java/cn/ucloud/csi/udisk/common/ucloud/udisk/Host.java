package cn.ucloud.csi.udisk.common.ucloud.udisk;

import cn.ucloud.csi.udisk.common.ucloud.http.ApiObject;
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
 * @param dataDisks the ids of the cloud disks that it has beside its system disk, as far as told
 * @param state in the API's words, such as Running or Stopped; empty if it does not say
 */
public record Host(
    String id,
    String zone,
    Optional<String> rdmaCluster,
    List<String> addresses,
    List<String> dataDisks,
    Optional<String> state) {
  /** How many data disks a host takes (UDisk and UHost product documents). */
  public static final int MOST_DATA_DISKS = 26;

  /** A host whose state is not told. */
  public Host(
      String id,
      String zone,
      Optional<String> rdmaCluster,
      List<String> addresses,
      List<String> dataDisks) {
    this(id, zone, rdmaCluster, addresses, dataDisks, Optional.empty());
  }

  /** A host whose disks are not told. */
  public Host(String id, String zone, Optional<String> rdmaCluster, List<String> addresses) {
    this(id, zone, rdmaCluster, addresses, List.of());
  }

  /** A host that takes no RSSD disks and whose addresses and disks are not told. */
  public Host(String id, String zone) {
    this(id, zone, Optional.empty(), List.of());
  }

  /** Whether it certainly takes no further disk. */
  public boolean isFull() {
    return dataDisks.size() >= MOST_DATA_DISKS;
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
        addresses(json),
        dataDisks(json),
        json.text("State").or(() -> json.text("PMStatus")));
  }

  /** Local disks take no place of a cloud disk. */
  private static List<String> dataDisks(ApiObject host) {
    return host
        .list(
            "DiskSet",
            disk ->
                disk.text("IsBoot").filter("true"::equalsIgnoreCase).isPresent()
                        || disk.text("DiskType")
                            .filter(type -> type.startsWith("LOCAL"))
                            .isPresent()
                    ? Optional.<String>empty()
                    : disk.text("DiskId"))
        .stream()
        .flatMap(Optional::stream)
        .distinct()
        .toList();
  }

  private static List<String> addresses(ApiObject host) {
    return host.list("IPSet", ip -> ip.text("IP").or(() -> ip.text("IPAddr"))).stream()
        .flatMap(Optional::stream)
        .toList();
  }
}
