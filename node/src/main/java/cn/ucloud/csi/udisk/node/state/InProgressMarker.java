package cn.ucloud.csi.udisk.node.state;

import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import cn.ucloud.csi.udisk.node.sysfs.DeviceIdentity;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Remembers that a program of ours was set to work on a disk in this attachment, until what it did
 * is proved.
 *
 * <p>If mkfs or this process dies, the disk holds half a filesystem, which nobody can tell from
 * half-destroyed data by looking. The record can: it is written after the disk was proved to be
 * what it should be and before the program starts, and removed once its work is proved and before
 * the filesystem is first mounted. Whatever else of ours lets somebody write to the disk ends it
 * first ({@link InProgressMarkers}). So as long as it stands, nothing but that program has written
 * to this attachment of the disk.
 *
 * <p>It counts only for the same disk sequence number, size and boot. After a detach or a reboot,
 * and on a kernel older than 5.15 that has no sequence numbers, there is none.
 */
public final class InProgressMarker {
  private static final String BYTES = "bytes";

  private final StateDirectory state;
  private final Path directory;

  private InProgressMarker(StateDirectory state, String directory) {
    this.state = state;
    this.directory = Path.of(directory);
  }

  /** Of mkfs: while the record stands, the disk was proved blank before. */
  public static InProgressMarker formatting(StateDirectory state) {
    return new InProgressMarker(state, ".formatting");
  }

  /**
   * Of giving a copy its own stamp: while the record stands, the disk was proved to be the copy.
   */
  public static InProgressMarker stamping(StateDirectory state) {
    return new InProgressMarker(state, ".stamping");
  }

  /** Whether it was begun on this device in this attachment, and not ended. */
  public boolean isBegun(VolumeId volume, BlockDevice device) {
    return state.find(file(volume)).filter(fields -> matches(fields, device)).isPresent();
  }

  public void begin(VolumeId volume, BlockDevice device) {
    Map<String, String> fields = new HashMap<>(device.identity().toMap());
    fields.put(BYTES, Long.toString(device.bytes()));
    state.write(file(volume), fields);
  }

  public void end(VolumeId volume) {
    state.remove(file(volume));
  }

  /** As {@link InProgressMarkers#endAbout}. */
  void endAbout(BlockDevice device) {
    about(device).forEach(state::remove);
  }

  boolean isAbout(BlockDevice device) {
    return !about(device).isEmpty();
  }

  /**
   * Also those of an earlier disk of this number, which count no more, and those of the disk of
   * which the device is a partition, or of a partition of it.
   */
  private List<Path> about(BlockDevice device) {
    return state.list(directory).stream()
        .filter(name ->
            state
                .find(name)
                .flatMap(DeviceIdentity::from)
                .filter(begun -> isAbout(begun, device.identity()))
                .isPresent())
        .toList();
  }

  private static boolean isAbout(DeviceIdentity begun, DeviceIdentity device) {
    return begun.number().equals(device.number())
        || (begun.diskseq().isPresent() && begun.diskseq().equals(device.diskseq()));
  }

  private static boolean matches(Map<String, String> fields, BlockDevice device) {
    return device.identity().diskseq().isPresent()
        && DeviceIdentity.from(fields).filter(device.identity()::equals).isPresent()
        && Long.toString(device.bytes()).equals(fields.get(BYTES));
  }

  private Path file(VolumeId volume) {
    return directory.resolve(volume.value());
  }
}
