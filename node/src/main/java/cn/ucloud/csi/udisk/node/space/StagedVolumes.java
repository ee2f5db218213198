package cn.ucloud.csi.udisk.node.space;

import cn.ucloud.csi.udisk.common.model.MadeFor;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.node.mount.Mount;
import cn.ucloud.csi.udisk.node.mount.MountTable;
import cn.ucloud.csi.udisk.node.mount.StoppedFilesystem;
import cn.ucloud.csi.udisk.node.stage.Host;
import cn.ucloud.csi.udisk.node.state.StageRecord;
import cn.ucloud.csi.udisk.node.sysfs.DeviceIdentity;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The volumes that are staged here, and whether their filesystems work; asks no disk. */
public final class StagedVolumes {
  /** No host has as many disks: what would be more are records that nobody has tidied up. */
  public static final int MOST = 64;

  private final Host host;
  private final VolumeStats stats;

  /**
   * @param stats whose questions, which kubelet asks every minute, find what no table shows
   */
  public StagedVolumes(Host host, VolumeStats stats) {
    this.host = host;
    this.stats = stats;
  }

  /**
   * One staged volume.
   *
   * @param madeFor the claim, as far as it is known
   * @param isMounted whether it has a filesystem, and that is mounted
   * @param stop why its filesystem has stopped; empty if it works, and where none is mounted
   */
  public record Staged(
      VolumeId volume,
      DeviceIdentity disk,
      Optional<MadeFor> madeFor,
      boolean isMounted,
      Optional<String> stop) {}

  /**
   * As of now, and at most {@link #MOST}; those that the closed driver has staged are not among
   * them.
   */
  public List<Staged> look() {
    MountTable table = MountTable.read();
    List<Mount> mounts = table.ofVolumeTypes().filter(Mount::isWhole).toList();
    Map<VolumeId, StageRecord> all = host.staged().all();
    return all.entrySet().stream()
        .filter(e -> all.size() <= MOST || host.sys().exists(e.getValue().identity().number()))
        .sorted(Comparator.comparing(e -> e.getKey().value()))
        .limit(MOST)
        .map(e -> look(table, mounts, e.getKey(), e.getValue()))
        .toList();
  }

  /** The same of one. */
  public Optional<Staged> find(VolumeId volume) {
    MountTable table = MountTable.read();
    return host.staged()
        .find(volume)
        .map(record ->
            look(table, table.ofVolumeTypes().filter(Mount::isWhole).toList(), volume, record));
  }

  private Staged look(MountTable table, List<Mount> mounts, VolumeId volume, StageRecord record) {
    Optional<Mount> mount =
        mounts.stream()
            .filter(m -> !record.isRaw() && host.mounted().shows(m, record.identity().number()))
            .findFirst();
    Optional<String> stop =
        mount.flatMap(m -> StoppedFilesystem.findShown(table, m).or(() -> stats.findStop(volume)));
    return new Staged(
        volume, record.identity(), host.claims().find(volume), mount.isPresent(), stop);
  }
}
