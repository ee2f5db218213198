package cn.ucloud.csi.udisk.simulator.hypervisor;

import java.util.List;

/**
 * Makes disks and shows them to hosts.
 *
 * <p>Every operation may be repeated, after a crash too, and then finishes what is left to do.
 * Failures are unchecked exceptions; what was done so far stays.
 */
public interface Hypervisor extends AutoCloseable {

  /** Makes room for a disk. The content of a disk that exists stays. */
  void create(String diskId, int sizeGb);

  /** Makes a disk of what another one holds now. The content of a disk that exists stays. */
  void cloneDisk(String diskId, String sourceDiskId, int sizeGb);

  /** Makes a disk of what a snapshot holds. The content of a disk that exists stays. */
  void cloneSnapshot(String diskId, String snapshotId, int sizeGb);

  /** Keeps what a disk holds now, as if its host had lost power. */
  void snapshot(String snapshotId, String diskId);

  /** Gives a snapshot up. One that is absent is no error. */
  void dropSnapshot(String snapshotId);

  /** Gives the room up. A disk that is absent is no error. */
  void destroy(String diskId);

  /** Shows the disk to its host. */
  void plug(GuestDisk disk);

  /** Takes the disk away from its host, whether or not it is mounted there. */
  void unplug(GuestDisk disk);

  /** Grows the room of a disk, unseen by a host that has it. */
  void grow(String diskId, int sizeGb);

  /** Lets the host see the size that the disk has now. */
  void showSize(GuestDisk disk);

  /** Makes the hosts see exactly these disks, whatever they saw before the last crash. */
  void restore(List<GuestDisk> plugged);

  /** Devices that were taken away but live on, because something still has them open. */
  List<String> busyLoops();

  /** Takes all disks away from all hosts, and keeps their content. */
  @Override
  void close();
}
