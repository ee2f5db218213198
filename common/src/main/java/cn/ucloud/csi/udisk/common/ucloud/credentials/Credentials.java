package cn.ucloud.csi.udisk.common.ucloud.credentials;

import cn.ucloud.csi.udisk.common.config.Secret;
import java.util.Optional;

/**
 * A key pair, with the token that belongs to it if it is a temporary one. One immutable value, so
 * that a key is never signed with while another one's token is sent.
 */
public record Credentials(String publicKey, Secret privateKey, Optional<Secret> securityToken) {

  @Override
  public String toString() {
    return "Credentials[***]";
  }
}
