package cn.ucloud.csi.udisk.simulator.keys;

import java.time.Instant;

/** Keys that a metadata server gave to a host, and the token that goes with them. */
public record TemporaryKey(String publicKey, String privateKey, String token, Instant expiration) {
  @Override
  public String toString() {
    return "TemporaryKey[" + publicKey + ", until " + expiration + "]";
  }
}
