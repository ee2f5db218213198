package cn.ucloud.csi.udisk.node.device;

import cn.ucloud.csi.udisk.common.model.DeviceName;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import java.util.Map;
import java.util.Optional;

/**
 * The disks of this host by id, as the cloud lists them; how soon it lists a disk that was just
 * attached is not documented.
 *
 * @param letters empty for a disk that the cloud calls by something else than a letter
 */
public record AttachedDisks(Map<VolumeId, Optional<DeviceName>> letters) {

  /** What bare metal says, where no disk has an id. */
  public static final AttachedDisks NONE = new AttachedDisks(Map.of());

  public AttachedDisks {
    letters = Map.copyOf(letters);
  }

  /** Empty if the disk is not listed, which does not prove that it is not attached. */
  public Optional<DeviceName> findLetter(VolumeId volume) {
    return letters.getOrDefault(volume, Optional.empty());
  }

  public boolean lists(VolumeId volume) {
    return letters.containsKey(volume);
  }

  /** Whether nobody gave ids to the disks of this host, so that none can be told by its id. */
  public boolean areUnknown() {
    return letters.isEmpty();
  }
}
