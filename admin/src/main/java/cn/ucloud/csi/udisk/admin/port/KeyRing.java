package cn.ucloud.csi.udisk.admin.port;

import cn.ucloud.csi.udisk.common.ucloud.credentials.Credentials;
import cn.ucloud.csi.udisk.common.ucloud.credentials.KeyOrigin;

/** The API keys that this container has, as the driver beside this program reads them. */
public interface KeyRing {

  /**
   * What may be shown of the keys that are used now.
   *
   * @throws Unreadable if there are none
   */
  Shown shown() throws Unreadable;

  /** Whether these are the keys that are used now. */
  boolean isUsing(Credentials keys);

  /** The same project and region, asked with other keys. */
  CloudApi cloudBy(Credentials keys);

  /**
   * Nothing of it is secret.
   *
   * @param publicKey its first and last characters
   */
  record Shown(String publicKey, KeyOrigin origin) {}
}
