package cn.ucloud.csi.udisk.node.stage;

import cn.ucloud.csi.udisk.node.blank.BlankCheck;
import cn.ucloud.csi.udisk.node.blank.BlkidProbe;
import cn.ucloud.csi.udisk.node.command.CommandRunner;
import cn.ucloud.csi.udisk.node.device.DeviceFinder;
import cn.ucloud.csi.udisk.node.device.DiskHolders;
import cn.ucloud.csi.udisk.node.device.HostDisks;
import cn.ucloud.csi.udisk.node.device.LetterWitness;
import cn.ucloud.csi.udisk.node.device.SysBlock;
import cn.ucloud.csi.udisk.node.filesystem.Filesystems;
import cn.ucloud.csi.udisk.node.filesystem.Formatter;
import cn.ucloud.csi.udisk.node.filesystem.InProgressMarkers;
import cn.ucloud.csi.udisk.node.info.KubeletVolumes;
import cn.ucloud.csi.udisk.node.linux.Mounter;
import cn.ucloud.csi.udisk.node.mount.MountedDevices;
import cn.ucloud.csi.udisk.node.mount.OtherNamespaces;
import cn.ucloud.csi.udisk.node.state.StateDirectory;

/** What the calls work with: the disks, filesystems and mounts of this host, and our records. */
public record Host(
    SysBlock sys,
    DeviceFinder devices,
    HostDisks disks,
    LetterWitness letters,
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
    WriteProtection protection) {

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
    LetterWitness letters = new LetterWitness(disks);
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
        new WriteProtection(state));
  }
}
