package cn.ucloud.csi.udisk.common.ucloud.udisk;

import cn.ucloud.csi.udisk.common.ucloud.UCloudAction;
import cn.ucloud.csi.udisk.common.ucloud.http.ApiObject;
import java.util.List;
import java.util.Map;

/** Looks up bare metal hosts, a hundred at most; one that is missing is left out of the answer. */
public record DescribePHost(List<String> phostIds) implements UCloudAction<Page<Host>> {

  @Override
  public Map<String, Object> parameters() {
    return Host.parameters("PHostId", phostIds);
  }

  @Override
  public boolean isRead() {
    return true;
  }

  @Override
  public Page<Host> read(ApiObject body) {
    return Host.among(phostIds, body, "PHostSet", "PHostId");
  }
}
