package cn.ucloud.csi.udisk.node.stage;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.node.mount.HostPath;
import cn.ucloud.csi.udisk.node.mount.Mount;
import cn.ucloud.csi.udisk.node.mount.MountTable;
import cn.ucloud.csi.udisk.node.mount.StoppedFilesystem;
import cn.ucloud.csi.udisk.node.request.PublishCommand;
import cn.ucloud.csi.udisk.node.request.StageCommand;
import cn.ucloud.csi.udisk.node.state.StageRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A filesystem that an error has stopped is not handed on to the next pod: it is checked and
 * mounted anew first. Kubelet does not stage a volume again while it knows it as staged, which it
 * does when the next pod comes soon after the last one.
 */
public final class Restaging {
  private static final Logger LOG = LoggerFactory.getLogger(Restaging.class);

  private final Host host;
  private final VolumeStager stager;
  private final DiskUse use;

  public Restaging(Host host, VolumeStager stager) {
    this.host = host;
    this.stager = stager;
    this.use = new DiskUse(host);
  }

  /**
   * Stages the volume again if its filesystem has stopped, or if an earlier call that did so was
   * cut short; does nothing to one that works, and to one that this driver has not staged.
   *
   * @param again how it was staged; read only if it is needed
   * @throws Unavailable if the filesystem is mounted elsewhere, since then it would stay stopped
   */
  public void ensureWorking(
      PublishCommand command, Supplier<StageCommand> again, Progress progress) {
    Optional<StageRecord> record =
        host.staged().find(command.volume()).filter(r -> !r.isRaw() && !command.raw());
    if (record.isEmpty()) {
      return;
    }
    Path place = HostPath.real(command.stagingPath());
    MountTable table = MountTable.read();
    Optional<Mount> mount = table.topAt(place);
    if (mount.isPresent()) {
      Optional<String> reason = StoppedFilesystem.findReasonByWriting(table, mount.get());
      if (reason.isEmpty()) {
        return;
      }
      requireNobodyElse(command.volume(), record.get(), place, reason.get());
      LOG.warn(
          "volume {} is staged again before it is published: its filesystem has stopped, {}",
          command.volume(),
          reason.get());
    }
    try {
      stager.stage(again.get(), progress);
    } catch (RuntimeException e) {
      // Kubelet takes it for staged, so the next call must find it so and try again.
      host.staged().write(command.volume(), record.get());
      throw e;
    }
  }

  private void requireNobodyElse(VolumeId volume, StageRecord record, Path place, String reason) {
    List<String> others =
        use.mounts(Set.of(record.identity().number())).stream()
            .filter(path -> !path.equals(place.toString()))
            .toList();
    if (!others.isEmpty()) {
      throw new Unavailable(
          "the filesystem of volume "
              + volume
              + " has stopped, "
              + reason
              + ", and stays so until it is unmounted everywhere; delete the pods that have it at "
              + others);
    }
  }
}
