package cn.ucloud.csi.udisk.common.ucloud.udisk;

import cn.ucloud.csi.udisk.common.model.DiskSize;
import java.util.Map;

/**
 * Makes a disk of what a snapshot holds. Sent twice, it makes two. The copy has the type and zone
 * of the disk that the snapshot was taken of; it becomes Available later.
 */
public record CloneUDiskSnapshot(
    String zone, String snapshotId, DiskSize size, String diskName, DiskTerms terms)
    implements NewDisk {

  @Override
  public Map<String, Object> parameters() {
    return NewDisk.copy(zone, snapshotId, size, diskName, terms);
  }
}
