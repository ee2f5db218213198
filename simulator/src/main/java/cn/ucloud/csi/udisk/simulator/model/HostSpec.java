package cn.ucloud.csi.udisk.simulator.model;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * A host as it is ordered.
 *
 * @param rdma the RDMA cluster; empty for hosts that have none, as in DescribeUHostInstance
 * @param diskLimit how many data disks it takes
 * @param oneAtATime whether it refuses an attach or detach while another one runs
 * @param needRestart whether growth of an attached disk shows only after a power cycle
 */
@RecordBuilder
public record HostSpec(
    String id,
    String zone,
    String machineType,
    String rdma,
    String ip,
    int diskLimit,
    boolean oneAtATime,
    boolean needRestart,
    int bootDiskGb)
    implements HostSpecBuilder.With {

  /** A host of the fast family without RDMA cluster, which takes 26 data disks. */
  public static HostSpec of(String id, String zone) {
    return new HostSpec(id, zone, "O", "", "10.9.0.1", 26, false, false, 40);
  }

  /** Both prefixes of bare metal are in use: {@code uphost-} and {@code upm-}. */
  @JsonIgnore
  public boolean isBareMetal() {
    return id.startsWith("uphost-") || id.startsWith("upm-");
  }
}
