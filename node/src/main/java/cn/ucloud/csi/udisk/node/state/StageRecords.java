package cn.ucloud.csi.udisk.node.state;

import cn.ucloud.csi.udisk.common.model.VolumeId;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** One {@link StageRecord} per staged volume, in the state directory under the volume's id. */
public final class StageRecords {
  private final StateDirectory state;

  public StageRecords(StateDirectory state) {
    this.state = state;
  }

  /** Empty for a volume that is not staged, or was staged by the closed driver. */
  public Optional<StageRecord> find(VolumeId volume) {
    return state.find(file(volume)).flatMap(StageRecord::from);
  }

  /** Those of all volumes that are staged, by this driver. */
  public Map<VolumeId, StageRecord> all() {
    Map<VolumeId, StageRecord> all = new HashMap<>();
    for (Path name : state.list(Path.of(""))) {
      // What begins with a dot is a directory of other records.
      if (!name.toString().startsWith(".")) {
        state
            .find(name)
            .flatMap(StageRecord::from)
            .ifPresent(record -> all.put(new VolumeId(name.toString()), record));
      }
    }
    return all;
  }

  /**
   * Must be written before the mount: a mount without a record cannot be told from a stranger's.
   */
  public void write(VolumeId volume, StageRecord record) {
    state.write(file(volume), record.toMap());
  }

  public void remove(VolumeId volume) {
    state.remove(file(volume));
  }

  private static Path file(VolumeId volume) {
    return Path.of(volume.value());
  }
}
