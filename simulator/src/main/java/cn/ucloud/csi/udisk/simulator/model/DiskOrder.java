package cn.ucloud.csi.udisk.simulator.model;

/** What was asked of CreateUDisk and stays visible in DescribeUDisk. */
public record DiskOrder(
    String zone,
    String name,
    int sizeGb,
    DiskType type,
    String chargeType,
    String tag,
    String rdmaClusterId) {

  public DiskOrder withName(String newName) {
    return new DiskOrder(zone, newName, sizeGb, type, chargeType, tag, rdmaClusterId);
  }

  public DiskOrder withSizeGb(int newSizeGb) {
    return new DiskOrder(zone, name, newSizeGb, type, chargeType, tag, rdmaClusterId);
  }

  public DiskOrder withRdmaClusterId(String newRdmaClusterId) {
    return new DiskOrder(zone, name, sizeGb, type, chargeType, tag, newRdmaClusterId);
  }
}
