package cn.ucloud.csi.udisk.node.state;

import cn.ucloud.csi.udisk.common.model.MadeFor;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import java.nio.file.Path;
import java.util.Optional;

/** The claim that each staged volume was made for, as far as its volume context tells. */
public final class ClaimRecords {
  private static final Path DIRECTORY = Path.of(".claims");

  private final StateDirectory state;

  public ClaimRecords(StateDirectory state) {
    this.state = state;
  }

  public Optional<MadeFor> find(VolumeId volume) {
    return state.find(file(volume)).flatMap(MadeFor::find);
  }

  public void write(VolumeId volume, Optional<MadeFor> claim) {
    claim.ifPresentOrElse(c -> state.write(file(volume), c.toMap()), () -> remove(volume));
  }

  public void remove(VolumeId volume) {
    state.remove(file(volume));
  }

  private static Path file(VolumeId volume) {
    return DIRECTORY.resolve(volume.value());
  }
}
