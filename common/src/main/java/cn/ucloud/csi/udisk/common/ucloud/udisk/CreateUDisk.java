package cn.ucloud.csi.udisk.common.ucloud.udisk;

import cn.ucloud.csi.udisk.common.model.DiskSize;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Makes a disk. Names are not unique and there is no idempotency token: sent twice, it makes two
 * disks. Answers at once with the id; the disk becomes Available later.
 *
 * @param cmkId the key of the key management service it is encrypted with
 * @param rdmaCluster where an RSSD disk is to be; empty leaves it to the cloud
 */
public record CreateUDisk(
    String zone,
    DiskSize size,
    String diskName,
    DiskType diskType,
    DiskTerms terms,
    Optional<String> cmkId,
    Optional<String> rdmaCluster)
    implements NewDisk {

  @Override
  public Map<String, Object> parameters() {
    Map<String, Object> parameters = new LinkedHashMap<>();
    parameters.put("Zone", zone);
    parameters.put("Size", size.gib());
    parameters.put("Name", diskName);
    parameters.put("DiskType", diskType.apiName());
    parameters.putAll(terms.parameters());
    cmkId.ifPresent(key -> {
      parameters.put("UKmsMode", "Yes");
      parameters.put("CmkId", key);
    });
    rdmaCluster.ifPresent(cluster -> parameters.put("RdmaClusterId", cluster));
    return parameters;
  }
}
