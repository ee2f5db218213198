package cn.ucloud.csi.udisk.node.filesystem;

import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import cn.ucloud.csi.udisk.node.device.DeviceIdentity;
import cn.ucloud.csi.udisk.node.state.StateDirectory;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Remembers, while mkfs runs, that the disk was proved blank in this attachment.
 *
 * <p>If mkfs or this process dies, the disk holds half a filesystem, which nobody can tell from
 * half-destroyed data by looking. The record can: it is written after the disk was proved blank and
 * before mkfs starts, and removed once the filesystem is proved and before it is first mounted. So
 * as long as it stands, nothing but mkfs has written to this attachment of the disk.
 *
 * <p>It counts only for the same disk sequence number, size and boot. After a detach or a reboot,
 * and on a kernel older than 5.15 that has no sequence numbers, the disk is refused instead.
 */
final class FormattingRecords {
  private static final String BYTES = "bytes";

  private final StateDirectory state;

  FormattingRecords(StateDirectory state) {
    this.state = state;
  }

  boolean isBegun(VolumeId volume, BlockDevice device) {
    return state.find(file(volume)).filter(fields -> matches(fields, device)).isPresent();
  }

  void begin(VolumeId volume, BlockDevice device) {
    Map<String, String> fields = new HashMap<>(device.identity().toMap());
    fields.put(BYTES, Long.toString(device.bytes()));
    state.write(file(volume), fields);
  }

  void end(VolumeId volume) {
    state.remove(file(volume));
  }

  private static boolean matches(Map<String, String> fields, BlockDevice device) {
    return device.identity().diskseq().isPresent()
        && DeviceIdentity.from(fields).filter(device.identity()::equals).isPresent()
        && Long.toString(device.bytes()).equals(fields.get(BYTES));
  }

  private static Path file(VolumeId volume) {
    return Path.of(".formatting", volume.value());
  }
}
