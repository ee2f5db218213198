package cn.ucloud.csi.udisk.simulator.keys;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * The signature of a request (UCloud API, signature algorithm): names and values in the order of
 * the names, the private key behind them, and SHA-1 over that.
 */
public final class Signature {
  private Signature() {}

  /** Takes all parameters but {@code Signature} itself. */
  public static String of(Map<String, String> parameters, String privateKey) {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(parameters).forEach((name, value) -> text.append(name).append(value));
    return sha1(text.append(privateKey).toString());
  }

  static String sha1(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
