package cn.ucloud.csi.udisk.simulator.hypervisor;

import java.util.List;

/** Has no machine behind it: disks are only what the API says of them. */
public final class NoHypervisor implements Hypervisor {

  @Override
  public void create(String diskId, int sizeGb) {}

  @Override
  public void cloneDisk(String diskId, String sourceDiskId, int sizeGb) {}

  @Override
  public void cloneSnapshot(String diskId, String snapshotId, int sizeGb) {}

  @Override
  public void snapshot(String snapshotId, String diskId) {}

  @Override
  public void dropSnapshot(String snapshotId) {}

  @Override
  public void destroy(String diskId) {}

  @Override
  public void plug(GuestDisk disk) {}

  @Override
  public void unplug(GuestDisk disk) {}

  @Override
  public void grow(String diskId, int sizeGb) {}

  @Override
  public void showSize(GuestDisk disk) {}

  @Override
  public void restore(List<GuestDisk> plugged) {}

  @Override
  public List<String> busyLoops() {
    return List.of();
  }

  @Override
  public void close() {}
}
