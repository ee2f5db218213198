package cn.ucloud.csi.udisk.common.ucloud.credentials;

import java.util.Optional;

/** Where the keys come from; asked for every call, so that a rotation needs no restart. */
@FunctionalInterface
public interface CredentialsSource {

  /**
   * The credentials to use now.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.BadCredentials if there are none
   */
  Credentials current();

  /** Where those are from that {@link #current} gave last. */
  default KeyOrigin origin() {
    return new KeyOrigin(KeyOrigin.Kind.ENVIRONMENT, Optional.empty(), Optional.empty());
  }

  /** The cloud does not know these any more (RetCode 174); others are to be had now, if any. */
  default void refused(Credentials credentials) {}
}
