package cn.ucloud.csi.udisk.controller.model;

import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskType;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import java.util.List;
import java.util.Optional;

/**
 * The volume that is asked for.
 *
 * @param source what it is filled with; empty for a blank one
 */
public record VolumeSpec(
    DiskName name,
    Capacity capacity,
    DiskPlan plan,
    Placement placement,
    Optional<ContentSource> source) {

  /** A volume in one of {@code zones}, in order of preference. */
  public VolumeSpec(
      DiskName name,
      Capacity capacity,
      DiskPlan plan,
      List<String> zones,
      Optional<ContentSource> source) {
    this(name, capacity, plan, Placement.inZones(zones), source);
  }

  /** The zones it must be in one of; empty if the request leaves that open. */
  public List<String> zones() {
    return placement.zones();
  }

  /**
   * As the request says it; see {@link cn.ucloud.csi.udisk.controller.provision.ZoneChoice#allows}.
   */
  public boolean allowsZone(String zone) {
    return zones().isEmpty() || zones().contains(zone);
  }

  /** Why {@code disk}, wherever it is, is not what is asked for; empty if it is. */
  public Optional<String> mismatch(UDisk disk) {
    if (!capacity.allows(disk.size())) {
      return Optional.of("has " + disk.size() + ", not " + capacity.size());
    }
    // A copy is of its source's type, which was checked when it was ordered.
    if (source.isEmpty() && disk.type().filter(plan.types()::contains).isEmpty()) {
      return Optional.of(
          "is of type "
              + disk.type().map(DiskType::className).orElse("another kind")
              + ", not "
              + plan.typeNames());
    }
    return Optional.empty();
  }
}
