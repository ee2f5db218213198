package cn.ucloud.csi.udisk.common.ucloud.udisk;

import cn.ucloud.csi.udisk.common.ucloud.ApiObject;
import cn.ucloud.csi.udisk.common.ucloud.UCloudAction;
import java.util.Map;
import java.util.Optional;

/** Looks up one bare metal host; a missing one is an empty answer, not a refusal. */
public record DescribePHost(String phostId) implements UCloudAction<Optional<Host>> {

  @Override
  public Map<String, Object> parameters() {
    return Map.of("PHostId.0", phostId, "Limit", 1);
  }

  @Override
  public boolean isRead() {
    return true;
  }

  @Override
  public Optional<Host> read(ApiObject body) {
    return Host.find(body, "PHostSet", "PHostId", phostId);
  }
}
