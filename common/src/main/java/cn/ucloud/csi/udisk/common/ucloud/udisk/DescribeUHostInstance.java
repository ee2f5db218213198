package cn.ucloud.csi.udisk.common.ucloud.udisk;

import cn.ucloud.csi.udisk.common.ucloud.UCloudAction;
import cn.ucloud.csi.udisk.common.ucloud.http.ApiObject;
import java.util.List;
import java.util.Map;

/** Looks up UHosts, a hundred at most; one that is missing is left out of the answer. */
public record DescribeUHostInstance(List<String> uhostIds) implements UCloudAction<Page<Host>> {

  @Override
  public Map<String, Object> parameters() {
    return Host.parameters("UHostIds", uhostIds);
  }

  @Override
  public boolean isRead() {
    return true;
  }

  @Override
  public Page<Host> read(ApiObject body) {
    return Host.among(uhostIds, body, "UHostSet", "UHostId");
  }
}
