package cn.ucloud.csi.udisk.common.model;

import java.util.HashMap;
import java.util.Map;

/**
 * Where a node is and where a volume can be reached: region and zone, under the keys that existing
 * PVs carry in their node affinity (decision 7).
 *
 * @param rssd whether RSSD disks can be attached. There is a key if they can and none if they
 *     cannot, because kubelet refuses a driver that changes the value of a label
 */
public record Topology(String region, String zone, boolean rssd) {
  public static final String REGION_KEY = "topology.udisk.csi.ucloud.cn/region";
  public static final String ZONE_KEY = "topology.udisk.csi.ucloud.cn/zone";
  public static final String RSSD_KEY = "topology.udisk.csi.ucloud.cn/rssd";
  public static final String RSSD = "true";

  /** A place without RSSD, or of a volume that does not need it. */
  public Topology(String region, String zone) {
    this(region, zone, false);
  }

  public Map<String, String> segments() {
    Map<String, String> segments = new HashMap<>();
    segments.put(REGION_KEY, region);
    segments.put(ZONE_KEY, zone);
    if (rssd) {
      segments.put(RSSD_KEY, RSSD);
    }
    return segments;
  }
}
