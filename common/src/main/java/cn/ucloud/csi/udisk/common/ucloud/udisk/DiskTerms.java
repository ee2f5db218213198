package cn.ucloud.csi.udisk.common.ucloud.udisk;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is agreed for a new disk besides its kind and size, however it is made.
 *
 * @param quantity how many months or years are bought at once
 * @param businessGroup the account's own grouping of resources; the API calls it Tag
 * @param dataArk continuous backup, which UCloud no longer sells anew
 * @param snapshotService the paid service that manual snapshots belong to
 */
public record DiskTerms(
    ChargeType chargeType,
    int quantity,
    Optional<String> businessGroup,
    boolean dataArk,
    boolean snapshotService) {

  /** By the hour, and nothing extra. */
  public static final DiskTerms PLAIN =
      new DiskTerms(ChargeType.DYNAMIC, 1, Optional.empty(), false, false);

  /** Only what differs from the API's own defaults, and the way of paying. */
  Map<String, Object> parameters() {
    Map<String, Object> parameters = new LinkedHashMap<>();
    // Always sent: the documents disagree about the default.
    parameters.put("ChargeType", chargeType.apiName());
    if (chargeType != ChargeType.DYNAMIC) {
      parameters.put("Quantity", quantity);
    }
    businessGroup.ifPresent(group -> parameters.put("Tag", group));
    if (dataArk) {
      parameters.put("UDataArkMode", "Yes");
    }
    if (snapshotService) {
      parameters.put("SnapshotService", "Yes");
    }
    return parameters;
  }
}
