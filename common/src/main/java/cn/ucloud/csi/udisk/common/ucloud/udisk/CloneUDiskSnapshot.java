package cn.ucloud.csi.udisk.common.ucloud.udisk;

import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.UCloudAction;
import cn.ucloud.csi.udisk.common.ucloud.http.ApiObject;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Makes a disk of what a snapshot holds. Sent twice, it makes two. The copy has the type and zone
 * of the disk that the snapshot was taken of; it becomes Available later.
 */
public record CloneUDiskSnapshot(
    String zone, String snapshotId, DiskSize size, String diskName, DiskTerms terms)
    implements UCloudAction<VolumeId> {

  @Override
  public Map<String, Object> parameters() {
    Map<String, Object> parameters = new LinkedHashMap<>();
    parameters.put("Zone", zone);
    parameters.put("SourceId", snapshotId);
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
