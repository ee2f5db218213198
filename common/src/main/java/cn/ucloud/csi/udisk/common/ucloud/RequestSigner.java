package cn.ucloud.csi.udisk.common.ucloud;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** UCloud's request signature (UCloud API, "signature"). */
final class RequestSigner {
  private RequestSigner() {}

  /**
   * The signature over all parameters but itself: names in byte order, each followed by its value
   * unescaped, then the private key; SHA-1 in lower-case hex.
   */
  static String sign(Map<String, ?> parameters, String privateKey) {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(parameters).forEach((name, value) -> text.append(name).append(value));
    return HexFormat.of()
        .formatHex(sha1().digest(text.append(privateKey).toString().getBytes(UTF_8)));
  }

  private static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }
}
