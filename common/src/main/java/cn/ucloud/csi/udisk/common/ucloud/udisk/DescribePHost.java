package cn.ucloud.csi.udisk.common.ucloud.udisk;

import cn.ucloud.csi.udisk.common.ucloud.ApiObject;
import cn.ucloud.csi.udisk.common.ucloud.UCloudAction;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Looks up bare metal hosts, a hundred at most; one that is missing is left out of the answer. */
public record DescribePHost(List<String> phostIds) implements UCloudAction<List<Host>> {

  @Override
  public Map<String, Object> parameters() {
    Map<String, Object> parameters = new LinkedHashMap<>();
    for (int i = 0; i < phostIds.size(); i++) {
      parameters.put("PHostId." + i, phostIds.get(i));
    }
    parameters.put("Limit", phostIds.size());
    return parameters;
  }

  @Override
  public boolean isRead() {
    return true;
  }

  @Override
  public List<Host> read(ApiObject body) {
    return Host.all(body, "PHostSet", "PHostId").stream()
        .filter(host -> phostIds.contains(host.id()))
        .toList();
  }
}
