package cn.ucloud.csi.udisk.admin.port;

import cn.ucloud.csi.udisk.admin.facts.Disk;
import cn.ucloud.csi.udisk.admin.facts.Facts;
import cn.ucloud.csi.udisk.admin.facts.Host;
import java.util.List;
import java.util.Optional;

/** The disks and hosts of one project and region, as far as they are only read. */
public interface CloudApi {

  /** Is told how far a long list is read. */
  interface Progress {
    /** So many were read, of so many that there are. */
    void read(int some, int all);
  }

  /**
   * Every disk of the region, hundred by hundred. A list that changes meanwhile may show a disk
   * twice or, by one that is deleted meanwhile, not at all: what is missing is asked for by id
   * before anything is concluded.
   *
   * @param progress is told after each hundred
   * @throws Unreadable if a part cannot be read
   */
  List<Disk> disks(Progress progress) throws Unreadable;

  /**
   * The disks that a host has, is getting or is losing.
   *
   * @throws Unreadable if that cannot be told
   */
  List<Disk> disksOn(String host) throws Unreadable;

  /**
   * One disk; empty if the cloud knows none of that id.
   *
   * @throws Unreadable if that cannot be told
   */
  Optional<Disk> disk(String id) throws Unreadable;

  /**
   * All snapshots of a disk.
   *
   * @throws Unreadable if that cannot be told
   */
  List<Facts.Snapshot> snapshotsOf(Disk disk) throws Unreadable;

  /**
   * The interim snapshots of a cluster: those that were taken because volumes in use were to be
   * cloned. The whole list of snapshots is read for them.
   *
   * @throws Unreadable if that cannot be told
   */
  List<Facts.Snapshot> interimSnapshots(String clusterId) throws Unreadable;

  /**
   * These hosts; of one that the cloud does not know it says so.
   *
   * @throws Unreadable if that cannot be told
   */
  List<Host> hosts(List<String> ids) throws Unreadable;
}
