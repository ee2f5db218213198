package cn.ucloud.csi.udisk.common.ucloud.credentials;

import java.time.Instant;
import java.util.Optional;

/**
 * Where keys are from, without the keys.
 *
 * @param since when they came to this process; empty if that is not known
 * @param until when they expire; empty if they do not, by themselves
 */
public record KeyOrigin(Kind kind, Optional<Instant> since, Optional<Instant> until) {

  /** Which of the three sources. */
  public enum Kind {
    ENVIRONMENT,
    FILES,
    METADATA
  }
}
