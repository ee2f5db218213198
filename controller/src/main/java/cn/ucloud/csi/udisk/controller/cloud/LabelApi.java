package cn.ucloud.csi.udisk.controller.cloud;

import cn.ucloud.csi.udisk.common.ucloud.label.Label;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * The labels of disks and snapshots, as the cloud shows and changes them. A failure means what it
 * means in {@link DiskApi}; all of it may be done again.
 */
public interface LabelApi {

  /**
   * What these resources are labelled with now, by whomever: people, programs or UCloud itself.
   * Empty for one that has no labels, and for one that there is not.
   */
  Map<String, List<Label>> of(Collection<String> resources);

  /**
   * Binds the labels; one that the resource has already stays. Where one is refused, others may
   * have been bound.
   */
  void bind(String resource, List<Label> labels);

  /** Takes the labels off. It is refused if the resource does not have them. */
  void unbind(String resource, List<Label> labels);
}
