package cn.ucloud.csi.udisk.common.ucloud.credentials;

import cn.ucloud.csi.udisk.common.config.Secret;
import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import java.util.Optional;

/**
 * A key pair, with the token that belongs to it if it is a temporary one. One immutable value, so
 * that a key is never signed with while another one's token is sent.
 */
public record Credentials(String publicKey, Secret privateKey, Optional<Secret> securityToken) {

  /**
   * Keys that do not expire.
   *
   * @throws InvalidRequest if one of them has what no key has; the sentence does not show it
   */
  public static Credentials of(String publicKey, String privateKey) {
    return new Credentials(
        checked("the public key", publicKey),
        Secret.of(checked("the private key", privateKey)),
        Optional.empty());
  }

  private static String checked(String name, String key) {
    if (key.isEmpty()) {
      throw new InvalidRequest(name, "is empty");
    }
    KeyText.findProblem(key)
        .ifPresent(problem -> {
          throw new InvalidRequest(name, problem);
        });
    return key;
  }

  @Override
  public String toString() {
    return "Credentials[***]";
  }
}
