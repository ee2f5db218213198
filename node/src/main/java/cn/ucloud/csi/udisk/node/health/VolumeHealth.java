package cn.ucloud.csi.udisk.node.health;

import cn.ucloud.csi.udisk.common.error.DriverException.NotFound;
import cn.ucloud.csi.udisk.common.health.HealthProblem;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.node.space.StagedVolumes;
import cn.ucloud.csi.udisk.node.space.StagedVolumes.Staged;
import cn.ucloud.csi.udisk.node.sysfs.DiskActivity;
import cn.ucloud.csi.udisk.node.sysfs.FilesystemErrors;
import cn.ucloud.csi.udisk.node.sysfs.SysBlock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is wrong with a volume on this node. No disk is asked, and no filesystem opened, so the
 * answer about a disk that hangs comes as soon as any other.
 */
public final class VolumeHealth {
  /** What is called hanging, as the alert has it. */
  private static final Duration SILENCE = Duration.ofMinutes(1);

  private final StagedVolumes volumes;
  private final SysBlock sys;
  private final DiskActivity disks;
  private final FilesystemErrors errors;

  public VolumeHealth(
      StagedVolumes volumes, SysBlock sys, DiskActivity disks, FilesystemErrors errors) {
    this.volumes = volumes;
    this.sys = sys;
    this.disks = disks;
    this.errors = errors;
  }

  /**
   * What is wrong with the volume, as of now; empty if nothing is known.
   *
   * @throws NotFound if it is not staged here, or was by the closed driver
   */
  public List<HealthProblem> of(VolumeId volume) {
    Staged staged =
        volumes.find(volume).orElseThrow(() -> new NotFound("staged volume", volume.value()));
    List<HealthProblem> problems = new ArrayList<>();
    if (sys.isGone(staged.disk())) {
      problems.add(
          HealthProblem.inaccessible(
              "DeviceGone",
              "the disk has left this host while it was in use here, as after a detach in the"
                  + " console; delete the pods that use it on this node"));
    } else if (isSilent(staged)) {
      problems.add(
          HealthProblem.inaccessible(
              "DeviceHangs",
              "the disk has had requests for more than a minute and completed none"));
    }
    if (staged.stop().isPresent()) {
      problems.add(
          HealthProblem.inaccessible(
              "FilesystemStopped",
              "the filesystem has stopped, %s; delete the pods that use it on this node, and the next one gets it checked and mounted anew"
                  .formatted(staged.stop().get())));
    } else if (hasErrors(staged)) {
      problems.add(
          HealthProblem.degraded(
              "FilesystemErrors",
              "the filesystem has counted errors since it was last checked; the kernel's log on"
                  + " this node has them"));
    }
    return problems;
  }

  private boolean isSilent(Staged staged) {
    Optional<DiskActivity.Activity> activity = disks.find(staged.disk());
    return activity.filter(found -> found.silent().compareTo(SILENCE) > 0).isPresent();
  }

  private boolean hasErrors(Staged staged) {
    return staged.isMounted() && errors.count(staged.disk().number()).orElse(0) > 0;
  }
}
