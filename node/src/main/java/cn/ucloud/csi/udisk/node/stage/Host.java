package cn.ucloud.csi.udisk.node.stage;

import cn.ucloud.csi.udisk.node.blank.BlankCheck;
import cn.ucloud.csi.udisk.node.blank.BlkidProbe;
import cn.ucloud.csi.udisk.node.command.CommandRunner;
import cn.ucloud.csi.udisk.node.device.DeviceFinder;
import cn.ucloud.csi.udisk.node.device.DiskHolders;
import cn.ucloud.csi.udisk.node.device.HostDisks;
import cn.ucloud.csi.udisk.node.device.MetadataDeviceCheck;
import cn.ucloud.csi.udisk.node.filesystem.Filesystems;
import cn.ucloud.csi.udisk.node.format.Formatter;
import cn.ucloud.csi.udisk.node.info.KubeletVolumes;
import cn.ucloud.csi.udisk.node.mount.MountedDevices;
import cn.ucloud.csi.udisk.node.mount.Mounter;
import cn.ucloud.csi.udisk.node.mount.OtherNamespaces;
import cn.ucloud.csi.udisk.node.mount.Unmounter;
import cn.ucloud.csi.udisk.node.state.ClaimRecords;
import cn.ucloud.csi.udisk.node.state.InProgressMarkers;
import cn.ucloud.csi.udisk.node.state.PublishRecords;
import cn.ucloud.csi.udisk.node.state.QueueTuning;
import cn.ucloud.csi.udisk.node.state.StageRecords;
import cn.ucloud.csi.udisk.node.state.StateDirectory;
import cn.ucloud.csi.udisk.node.state.WriteProtection;
import cn.ucloud.csi.udisk.node.sysfs.SysBlock;

/** What the calls work with: the disks, filesystems and mounts of this host, and our records. */
public record Host(
    SysBlock sys,
    DeviceFinder devices,
    HostDisks disks,
    MetadataDeviceCheck letters,
    Formatter formatter,
    InProgressMarkers markers,
    Filesystems filesystems,
    Mounter mounter,
    Unmounter unmounter,
    MountedDevices mounted,
    DiskHolders holders,
    OtherNamespaces others,
    KubeletVolumes kubelet,
    StageRecords staged,
    PublishRecords published,
    WriteProtection protection,
    QueueTuning queues,
    ClaimRecords claims) {

  public static Host of(
      SysBlock sys,
      DeviceFinder devices,
      HostDisks disks,
      OtherNamespaces others,
      KubeletVolumes kubelet,
      CommandRunner commands,
      Mounter mounter,
      StateDirectory state) {
    BlkidProbe blkid = new BlkidProbe(commands);
    Filesystems filesystems =
        new Filesystems(commands, sys.root(), device -> sys.isPresent(device.identity()));
    MountedDevices mounted = new MountedDevices(sys);
    MetadataDeviceCheck letters = new MetadataDeviceCheck(disks);
    DiskHolders holders = new DiskHolders(sys);
    return new Host(
        sys,
        devices,
        disks,
        letters,
        new Formatter(holders, letters, blkid, new BlankCheck(blkid), filesystems, state),
        InProgressMarkers.in(state),
        filesystems,
        mounter,
        new Unmounter(mounter, mounted),
        mounted,
        holders,
        others,
        kubelet,
        new StageRecords(state),
        new PublishRecords(state),
        new WriteProtection(state),
        new QueueTuning(state, sys, devices),
        new ClaimRecords(state));
  }
}
