package cn.ucloud.csi.udisk.common.ucloud.udisk;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.http.ApiObject;
import cn.ucloud.csi.udisk.common.ucloud.http.ApiObject.UnreadableAnswer;

/** The answer of the actions that make a disk: its id, alone or in a list of one. */
final class NewDisk {
  private NewDisk() {}

  static VolumeId id(ApiObject body) {
    String id = body.firstText("UDiskId").orElseGet(() -> body.requireText("UDiskId"));
    try {
      return new VolumeId(id);
    } catch (InvalidRequest e) {
      throw new UnreadableAnswer("has no id that can be used: " + id);
    }
  }
}
