package cn.ucloud.csi.udisk.node.filesystem;

import cn.ucloud.csi.udisk.common.model.MkfsOptions;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import cn.ucloud.csi.udisk.node.linux.MountOptions;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/** Tools whose long programs take turns. */
record LimitedTools(FilesystemTools tools, Turns turns) implements FilesystemTools {

  @Override
  public void make(BlockDevice device, Stamp stamp, MkfsOptions options) {
    run(device, () -> tools.make(device, stamp, options));
  }

  @Override
  public boolean isComplete(BlockDevice device) {
    return turns.take(device, () -> tools.isComplete(device));
  }

  @Override
  public void repair(BlockDevice device) {
    run(device, () -> tools.repair(device));
  }

  @Override
  public boolean needsMountBeforeStamping(BlockDevice device, Stamp stamp) {
    return tools.needsMountBeforeStamping(device, stamp);
  }

  @Override
  public void stamp(BlockDevice device, Stamp stamp) {
    tools.stamp(device, stamp);
  }

  @Override
  public Optional<UUID> findUuid(BlockDevice device) {
    return tools.findUuid(device);
  }

  @Override
  public long bytes(BlockDevice device) {
    return tools.bytes(device);
  }

  @Override
  public void growUnmounted(BlockDevice device) {
    run(device, () -> tools.growUnmounted(device));
  }

  @Override
  public void grow(BlockDevice device, Path mounted) {
    tools.grow(device, mounted);
  }

  @Override
  public MountOptions mountOptions(BlockDevice device, MountOptions asked) {
    return tools.mountOptions(device, asked);
  }

  private void run(BlockDevice device, Runnable work) {
    var _ =
        turns.take(
            device,
            () -> {
              work.run();
              return true;
            });
  }
}
