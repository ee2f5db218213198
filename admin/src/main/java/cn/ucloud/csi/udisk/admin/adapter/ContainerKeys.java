package cn.ucloud.csi.udisk.admin.adapter;

import cn.ucloud.csi.udisk.admin.facts.Facts.Gap;
import cn.ucloud.csi.udisk.admin.port.CloudApi;
import cn.ucloud.csi.udisk.admin.port.KeyRing;
import cn.ucloud.csi.udisk.admin.port.Unreadable;
import cn.ucloud.csi.udisk.common.error.DriverException.BadCredentials;
import cn.ucloud.csi.udisk.common.ucloud.credentials.Credentials;
import cn.ucloud.csi.udisk.common.ucloud.credentials.CredentialsSource;
import java.util.function.Function;

/** The keys that the flags and variables of this container lead to. */
public final class ContainerKeys implements KeyRing {
  private static final int SHOWN = 4;

  private final CredentialsSource source;
  private final Function<CredentialsSource, CloudApi> cloud;

  /**
   * @param cloud asks with the keys of a source
   */
  public ContainerKeys(CredentialsSource source, Function<CredentialsSource, CloudApi> cloud) {
    this.source = source;
    this.cloud = cloud;
  }

  @Override
  public Shown shown() throws Unreadable {
    try {
      Credentials keys = source.current();
      return new Shown(masked(keys.publicKey()), source.origin());
    } catch (BadCredentials e) {
      throw new Unreadable("keys", Gap.Kind.KEYS_REFUSED, e.sentence());
    }
  }

  @Override
  public boolean isUsing(Credentials keys) {
    try {
      return source.current().equals(keys);
    } catch (BadCredentials e) { // none at all
      return false;
    }
  }

  @Override
  public CloudApi cloudBy(Credentials keys) {
    return cloud.apply(() -> keys);
  }

  /** Enough of a public key to find it in the console. */
  private static String masked(String key) {
    return key.length() < 4 * SHOWN
        ? "…"
        : key.substring(0, SHOWN) + "…" + key.substring(key.length() - SHOWN);
  }
}
