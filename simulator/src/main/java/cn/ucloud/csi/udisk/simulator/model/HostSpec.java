package cn.ucloud.csi.udisk.simulator.model;

import com.fasterxml.jackson.annotation.JsonIgnore;

/**
 * A host as it is ordered.
 *
 * @param rdma the RDMA cluster; empty for hosts that have none, as in DescribeUHostInstance
 * @param diskLimit how many data disks it takes
 * @param oneAtATime whether it refuses an attach or detach while another one runs
 * @param needRestart whether growth of an attached disk shows only after a power cycle
 */
public record HostSpec(
    String id,
    String zone,
    String machineType,
    String rdma,
    String ip,
    int diskLimit,
    boolean oneAtATime,
    boolean needRestart,
    int bootDiskGb) {

  /** A host of the fast family without RDMA cluster, which takes 26 data disks. */
  public static HostSpec of(String id, String zone) {
    return new HostSpec(id, zone, "O", "", "10.9.0.1", 26, false, false, 40);
  }

  public HostSpec withMachineType(String newMachineType) {
    return new HostSpec(
        id, zone, newMachineType, rdma, ip, diskLimit, oneAtATime, needRestart, bootDiskGb);
  }

  public HostSpec withRdma(String newRdma) {
    return new HostSpec(
        id, zone, machineType, newRdma, ip, diskLimit, oneAtATime, needRestart, bootDiskGb);
  }

  public HostSpec withIp(String newIp) {
    return new HostSpec(
        id, zone, machineType, rdma, newIp, diskLimit, oneAtATime, needRestart, bootDiskGb);
  }

  public HostSpec withDiskLimit(int newDiskLimit) {
    return new HostSpec(
        id, zone, machineType, rdma, ip, newDiskLimit, oneAtATime, needRestart, bootDiskGb);
  }

  public HostSpec withOneAtATime(boolean newOneAtATime) {
    return new HostSpec(
        id, zone, machineType, rdma, ip, diskLimit, newOneAtATime, needRestart, bootDiskGb);
  }

  public HostSpec withNeedRestart(boolean newNeedRestart) {
    return new HostSpec(
        id, zone, machineType, rdma, ip, diskLimit, oneAtATime, newNeedRestart, bootDiskGb);
  }

  /** Both prefixes of bare metal are in use: {@code uphost-} and {@code upm-}. */
  @JsonIgnore
  public boolean isBareMetal() {
    return id.startsWith("uphost-") || id.startsWith("upm-");
  }
}
