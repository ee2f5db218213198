package cn.ucloud.csi.udisk.controller.change;

import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.controller.change.RequestJournal.Left;
import java.util.List;
import java.util.Optional;

/** How requests for a disk are called, in sentences and in the journal. */
public final class RequestName {
  private RequestName() {}

  /** As in "attach of bsm-1 to uhost-a". */
  public static String attach(String disk, String host) {
    return "attach of " + disk + " to " + host;
  }

  /** As in "detach of bsm-1". */
  public static String detach(String disk) {
    return "detach of " + disk;
  }

  static String creation(String disk) {
    return "creation of " + disk;
  }

  /**
   * Whether {@code shown} cannot be from before the last change of the disk that the process before
   * this one saw.
   *
   * @param left all that it noted of the disk, in order, with at least one that was seen: what is
   *     not noted was longer ago than a read can be old
   */
  static boolean isNew(List<Left> left, UDisk shown) {
    Left seen = left.reversed().stream().filter(Left::isSeen).findFirst().orElseThrow();
    List<Left> before = left.subList(0, left.indexOf(seen));
    String creation = creation(shown.id());
    if (seen.what().equals(creation)) {
      return before.isEmpty(); // then there was no disk
    }
    Optional<String> host = shown.hostId();
    return switch (shown.status()) {
      case INUSE ->
          host.filter(id -> seen.what().equals(attach(shown.id(), id))).isPresent()
              && before.stream().allMatch(note -> note.what().equals(creation));
      case AVAILABLE ->
          host.isEmpty() && seen.what().equals(detach(shown.id())) && before.isEmpty();
      default -> false;
    };
  }
}
