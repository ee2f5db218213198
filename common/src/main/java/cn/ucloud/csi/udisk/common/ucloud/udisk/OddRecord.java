package cn.ucloud.csi.udisk.common.ucloud.udisk;

import cn.ucloud.csi.udisk.common.ucloud.http.ApiObject;
import java.util.Optional;

/**
 * One record of a list that cannot be read, such as a disk without a size. What it is of exists;
 * nothing else is concluded from it, and the other records of the list are as good as ever.
 *
 * @param id what it is called, if it says so: of a disk, a snapshot or a host
 * @param name the name that people gave it, if it says so
 * @param diskId the disk that it is of, if it says so: of a disk its own id, of a snapshot its
 *     source
 * @param problem as in "has no Size"
 */
public record OddRecord(
    Optional<String> id, Optional<String> name, Optional<String> diskId, String problem) {

  static OddRecord of(ApiObject record, String idField, String problem) {
    return new OddRecord(
        record.text(idField), record.text("Name"), record.text("UDiskId"), problem);
  }

  /** Whether it is, or may be, what has this id. */
  public boolean mayBe(String otherId) {
    return id.isEmpty() || id.get().equals(otherId);
  }

  /** Whether it has, or may have, this name. */
  public boolean mayBeNamed(String otherName) {
    return name.isEmpty() || name.get().equals(otherName);
  }

  /** Whether it is, or may be, of this disk. */
  public boolean mayBeOf(String otherDiskId) {
    return diskId.isEmpty() || diskId.get().equals(otherDiskId);
  }
}
