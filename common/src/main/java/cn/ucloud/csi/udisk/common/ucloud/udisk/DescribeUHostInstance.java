package cn.ucloud.csi.udisk.common.ucloud.udisk;

import cn.ucloud.csi.udisk.common.ucloud.ApiObject;
import cn.ucloud.csi.udisk.common.ucloud.UCloudAction;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Looks up UHosts, a hundred at most; one that is missing is left out of the answer. */
public record DescribeUHostInstance(List<String> uhostIds) implements UCloudAction<List<Host>> {

  @Override
  public Map<String, Object> parameters() {
    Map<String, Object> parameters = new LinkedHashMap<>();
    for (int i = 0; i < uhostIds.size(); i++) {
      parameters.put("UHostIds." + i, uhostIds.get(i));
    }
    parameters.put("Limit", uhostIds.size());
    return parameters;
  }

  @Override
  public boolean isRead() {
    return true;
  }

  @Override
  public List<Host> read(ApiObject body) {
    return Host.all(body, "UHostSet", "UHostId").stream()
        .filter(host -> uhostIds.contains(host.id()))
        .toList();
  }
}
