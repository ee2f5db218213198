package cn.ucloud.csi.udisk.controller.request;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.error.DriverException.SizeOutOfRange;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskType;
import cn.ucloud.csi.udisk.controller.model.Capacity;
import java.util.List;
import java.util.Optional;

/**
 * The sizes a volume may have, in bytes.
 *
 * @param required 0 means any
 * @param limit absent means none
 */
record CapacityRange(long required, Optional<Long> limit) {

  /**
   * Reads the range of a request; one that is absent allows every size.
   *
   * @throws InvalidRequest if a bound is negative or the bounds are in the wrong order
   */
  static CapacityRange from(csi.v1.CapacityRange range) {
    long required = range.getRequiredBytes();
    long limit = range.getLimitBytes();
    if (required < 0 || limit < 0) {
      throw new InvalidRequest("capacity_range", "must not be negative");
    }
    if (limit != 0 && limit < required) {
      throw new InvalidRequest(
          "capacity_range",
          "must have limit_bytes of at least required_bytes, not %d under %d"
              .formatted(limit, required));
    }
    return new CapacityRange(required, limit == 0 ? Optional.empty() : Optional.of(limit));
  }

  /**
   * The capacity to make: the smallest size that UCloud makes and that is enough (decision 8).
   *
   * @throws SizeOutOfRange if it is above the limit
   */
  Capacity capacity() {
    DiskSize size = DiskSize.smallestMadeFor(required);
    if (limit.filter(bytes -> size.bytes() > bytes).isPresent()) {
      throw new SizeOutOfRange(
          "capacity_range.limit_bytes %d is less than %s, the smallest disk that is enough; disks are"
                  .formatted(limit.get(), size)
              + " made in steps of 10 GiB");
    }
    return new Capacity(size, required, limit);
  }

  /**
   * Those of {@code types} that can be as big as required.
   *
   * @throws SizeOutOfRange if none can
   */
  List<DiskType> typesFor(List<DiskType> types) {
    DiskSize size = capacity().size();
    List<DiskType> big =
        types.stream().filter(type -> size.compareTo(type.largest()) <= 0).toList();
    if (big.isEmpty()) {
      DiskType last = types.getLast();
      throw new SizeOutOfRange(
          "capacity_range.required_bytes %d is more than a disk of type %s can have, %s"
              .formatted(required, last.className(), last.largest()));
    }
    return big;
  }
}
