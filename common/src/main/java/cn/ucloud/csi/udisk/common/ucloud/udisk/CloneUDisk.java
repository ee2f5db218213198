package cn.ucloud.csi.udisk.common.ucloud.udisk;

import cn.ucloud.csi.udisk.common.model.DiskSize;
import java.util.Map;

/**
 * Makes a disk of what another one holds, which no host may have. Sent twice, it makes two. The
 * copy has the source's type and zone; the disk becomes Available later.
 */
public record CloneUDisk(
    String zone, String udiskId, DiskSize size, String diskName, DiskTerms terms)
    implements NewDisk {

  @Override
  public Map<String, Object> parameters() {
    return NewDisk.copy(zone, udiskId, size, diskName, terms);
  }
}
