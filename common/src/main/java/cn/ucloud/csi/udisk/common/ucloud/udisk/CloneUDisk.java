package cn.ucloud.csi.udisk.common.ucloud.udisk;

import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.UCloudAction;
import cn.ucloud.csi.udisk.common.ucloud.http.ApiObject;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Makes a disk of what another one holds, which no host may have. Sent twice, it makes two. The
 * copy has the source's type and zone; the disk becomes Available later.
 */
public record CloneUDisk(
    String zone, String udiskId, DiskSize size, String diskName, DiskTerms terms)
    implements UCloudAction<VolumeId> {

  @Override
  public Map<String, Object> parameters() {
    Map<String, Object> parameters = new LinkedHashMap<>();
    parameters.put("Zone", zone);
    parameters.put("SourceId", udiskId);
    parameters.put("Size", size.gib());
    parameters.put("Name", diskName);
    parameters.putAll(terms.parameters());
    return parameters;
  }

  @Override
  public boolean isRead() {
    return false;
  }

  @Override
  public VolumeId read(ApiObject body) {
    return NewDisk.id(body);
  }
}
