package cn.ucloud.csi.udisk.simulator.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something the region is still busy with, and when it will be done.
 *
 * @param sizeGb the size of the disk afterwards; differs from the present one only for a resize
 * @param source the disk or snapshot that a clone is made of; null for anything else
 */
public record Transition(Kind kind, Instant due, int sizeGb, @Nullable String source) {

  /** What the region is busy with. */
  public enum Kind {
    CREATE,
    CLONE,
    ATTACH,
    DETACH,
    RESIZE,
    DELETE
  }
}
