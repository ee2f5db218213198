package cn.ucloud.csi.udisk.common.model;

import java.util.Map;

/**
 * Where a node is and where a volume can be reached: region and zone, under the keys that existing
 * PVs carry in their node affinity (decision 7).
 */
public record Topology(String region, String zone) {
  public static final String REGION_KEY = "topology.udisk.csi.ucloud.cn/region";
  public static final String ZONE_KEY = "topology.udisk.csi.ucloud.cn/zone";

  public Map<String, String> segments() {
    return Map.of(REGION_KEY, region, ZONE_KEY, zone);
  }
}
