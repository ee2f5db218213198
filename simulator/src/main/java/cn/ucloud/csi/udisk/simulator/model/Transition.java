package cn.ucloud.csi.udisk.simulator.model;

import java.time.Instant;

/**
 * Something the region is still busy with, and when it will be done.
 *
 * @param sizeGb the size of the disk afterwards; differs from the present one only for a resize
 */
public record Transition(Kind kind, Instant due, int sizeGb) {

  /** What the region is busy with. */
  public enum Kind {
    CREATE,
    ATTACH,
    DETACH,
    RESIZE,
    DELETE
  }
}
