package cn.ucloud.csi.udisk.common.ucloud.udisk;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.UCloudAction;
import cn.ucloud.csi.udisk.common.ucloud.http.ApiObject;
import cn.ucloud.csi.udisk.common.ucloud.http.ApiObject.UnreadableAnswer;
import java.util.LinkedHashMap;
import java.util.Map;

/** The actions that make a disk answer with its id, alone or in a list of one. */
interface NewDisk extends UCloudAction<VolumeId> {

  @Override
  default VolumeId read(ApiObject body) {
    String id = body.firstText("UDiskId").orElseGet(() -> body.requireText("UDiskId"));
    try {
      return new VolumeId(id);
    } catch (InvalidRequest e) {
      throw new UnreadableAnswer("has no id that can be used: " + id);
    }
  }

  /** What both kinds of copies are asked with. */
  static Map<String, Object> copy(
      String zone, String source, DiskSize size, String diskName, DiskTerms terms) {
    Map<String, Object> parameters = new LinkedHashMap<>();
    parameters.put("Zone", zone);
    parameters.put("SourceId", source);
    parameters.put("Size", size.gib());
    parameters.put("Name", diskName);
    parameters.putAll(terms.parameters());
    return parameters;
  }
}
