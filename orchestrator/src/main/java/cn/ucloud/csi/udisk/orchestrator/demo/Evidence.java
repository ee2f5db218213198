package cn.ucloud.csi.udisk.orchestrator.demo;

import cn.ucloud.csi.udisk.orchestrator.MountTable;
import cn.ucloud.csi.udisk.orchestrator.MountTable.Mount;
import cn.ucloud.csi.udisk.orchestrator.demo.DemoHost.GuestDisk;
import cn.ucloud.csi.udisk.orchestrator.demo.RegionConsole.DiskLine;
import cn.ucloud.csi.udisk.orchestrator.demo.process.DemoError;
import cn.ucloud.csi.udisk.orchestrator.demo.process.Shell;
import cn.ucloud.csi.udisk.orchestrator.demo.process.Waiting;
import cn.ucloud.csi.udisk.orchestrator.object.PersistentVolume;
import cn.ucloud.csi.udisk.orchestrator.object.VolumeAttachment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Looks where a person would look, tells what is there, and insists on what should be. */
final class Evidence {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Workplace workplace;
  private final RegionConsole console;
  private final Narrator narrator;

  Evidence(Workplace workplace, RegionConsole console, Narrator narrator) {
    this.workplace = workplace;
    this.console = console;
    this.narrator = narrator;
  }

  Narrator narrator() {
    return narrator;
  }

  void diskIs(PersistentVolume volume, String status) {
    Optional<DiskLine> disk = console.findDisk(volume.volumeHandle());
    narrator.fact("disk", disk.map(DiskLine::toString).orElse("not in the region"));
    DemoError.unless(
        disk.isPresent() && disk.get().status().equals(status), "the disk should be " + status);
  }

  /** What somebody else ordered takes a moment. */
  void awaitDisk(PersistentVolume volume, String status) {
    Waiting.until(
        () ->
            console
                .findDisk(volume.volumeHandle())
                .filter(disk -> disk.status().equals(status))
                .isPresent(),
        PATIENCE,
        "the disk should become " + status);
    diskIs(volume, status);
  }

  void diskIsGone(PersistentVolume volume) {
    boolean gone = console.findDisk(volume.volumeHandle()).isEmpty();
    narrator.fact(
        "disk", gone ? volume.volumeHandle() + " is not in the region any more" : "still there");
    DemoError.unless(gone, "the disk should be deleted");
  }

  void attachment(VolumeAttachment attachment) {
    narrator.fact(
        "attachment",
        "%s…  node %s  attached %s  %s"
            .formatted(
                attachment.name().substring(0, 12),
                attachment.nodeName(),
                attachment.attached(),
                attachment.publishContext()));
  }

  /** The one data disk of the host. */
  GuestDisk device(DemoHost host) {
    List<GuestDisk> disks = host.disks(workplace);
    disks.forEach(disk -> narrator.fact("device", disk));
    DemoError.unless(disks.size() == 1, host.id() + " should have one data disk");
    return disks.getFirst();
  }

  void noDevice(DemoHost host) {
    List<GuestDisk> disks = host.disks(workplace);
    narrator.fact("device", disks.isEmpty() ? "none on " + host.id() : disks);
    DemoError.unless(disks.isEmpty(), host.id() + " should have no data disk any more");
  }

  /** One mount at this path, of this device. */
  void mounted(Path point, GuestDisk device) {
    List<Mount> mounts = MountTable.read().at(point);
    mounts.forEach(mount ->
        narrator.fact(
            "mount",
            "%s  %s  on …/%s"
                .formatted(
                    mount.device(), mount.fsType(), workplace.directory().relativize(point))));
    DemoError.unless(mounts.size() == 1, "there should be one mount on " + point);
    DemoError.unless(
        mounts.getFirst().device().equals(device.number()),
        "the mount should be of " + device.number());
  }

  void nothingMounted(Path point) {
    List<Mount> mounts = MountTable.read().at(point);
    narrator.fact("mount", mounts.isEmpty() ? "none" : mounts);
    DemoError.unless(mounts.isEmpty(), "nothing should be mounted on " + point);
  }

  /**
   * When the filesystem on the device was made. Its UUID would prove nothing: it is derived from
   * the disk, so a second mkfs gives the same.
   */
  String filesystem(DemoHost host, GuestDisk device) {
    String node = host.dev(workplace).resolve(device.kernelName()).toString();
    List<String> header = Shell.output("dumpe2fs", "-h", node).lines().toList();
    String made = value(header, "Filesystem created:");
    narrator.fact(
        "filesystem", "ext4  UUID %s  made %s".formatted(value(header, "Filesystem UUID:"), made));
    return made + " " + value(header, "Directory Hash Seed:");
  }

  private static String value(List<String> header, String name) {
    return header.stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(name.length()).strip())
        .findFirst()
        .orElseThrow(() -> new DemoError("the filesystem should tell its \"" + name + "\""));
  }
}
