package cn.ucloud.csi.udisk.common.config;

import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** A text that no log, message, dump or JSON document shows. */
public final class Secret {
  private final String value;

  private Secret(String value) {
    this.value = value;
  }

  public static Secret of(String value) {
    return new Secret(value);
  }

  /** The text itself, for the one place that sends or signs with it. */
  public String reveal() {
    return value;
  }

  /** Compares in a time that does not depend on where the two differ. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Secret secret
        && MessageDigest.isEqual(
            value.getBytes(StandardCharsets.UTF_8), secret.value.getBytes(StandardCharsets.UTF_8));
  }

  /** The same for all: a hash of the text would let anybody who sees it test guesses. */
  @Override
  public int hashCode() {
    return 0;
  }

  @Override
  @JsonValue
  public String toString() {
    return "***";
  }
}
