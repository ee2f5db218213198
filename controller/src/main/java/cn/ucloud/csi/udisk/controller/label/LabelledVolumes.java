package cn.ucloud.csi.udisk.controller.label;

import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.model.LabelTemplate.ClaimFacts;
import java.util.Collection;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The persistent volumes of this driver, and their claims.
 *
 * <p>Every method throws {@link cn.ucloud.csi.udisk.common.error.DriverException.Unavailable} if
 * that cannot be found out or done now.
 */
public interface LabelledVolumes {

  /**
   * A persistent volume that has a disk.
   *
   * @param template what its class, or whoever made it by hand, wants its disk to be labelled with
   * @param bound what this driver has labelled it with, as the volume says
   */
  record Known(String name, VolumeId disk, Optional<String> template, Optional<String> bound) {}

  /** All of them, as they were watched. */
  Collection<Known> all();

  /** The one of this name, as it was watched; empty if it is gone. */
  Optional<Known> find(String name);

  /** Has the listener told of each that comes or changes; it must not keep others waiting. */
  void tell(Consumer<Known> listener);

  /**
   * The claim that has the volume, or is to have it, asked of the API server itself; empty if it is
   * gone.
   *
   * @param withNamespaceLabels without them nothing is asked about the namespace
   */
  Optional<ClaimFacts> findClaim(String volume, boolean withNamespaceLabels);

  /**
   * Every claim that has a volume, and the name of that volume, asked of the API server itself.
   *
   * @param withNamespaceLabels without them nothing is asked about namespaces
   */
  void forEachClaim(boolean withNamespaceLabels, BiConsumer<String, ClaimFacts> consumer);

  /** Writes on the volume what its disk has been labelled with; nothing if it is gone. */
  void mark(String volume, String bound);
}
