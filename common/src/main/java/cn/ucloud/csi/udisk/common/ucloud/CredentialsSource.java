package cn.ucloud.csi.udisk.common.ucloud;

/** Where the keys come from; asked for every call, so that a rotation needs no restart. */
@FunctionalInterface
public interface CredentialsSource {

  /**
   * The credentials to use now.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.BadCredentials if there are none
   */
  Credentials current();
}
