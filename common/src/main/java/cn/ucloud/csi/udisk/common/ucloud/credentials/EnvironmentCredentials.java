package cn.ucloud.csi.udisk.common.ucloud.credentials;

import cn.ucloud.csi.udisk.common.config.Secret;
import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A key pair from the environment, under any of the names that UCloud's own programs read: UK8S
 * components, the SDKs, older UK8S clusters.
 */
public final class EnvironmentCredentials {
  static final List<Names> NAMES =
      List.of(
          new Names("UCLOUD_API_PUBKEY", "UCLOUD_API_PRIKEY"),
          new Names("UCLOUD_PUBLIC_KEY", "UCLOUD_PRIVATE_KEY"),
          new Names("UCLOUD_ACCESS_PUBKEY", "UCLOUD_ACCESS_PRIKEY"));

  private EnvironmentCredentials() {}

  /**
   * The first pair of which both halves are there; empty if there is none.
   *
   * @throws InvalidRequest if a half holds what no key does; it names the variable
   */
  public static Optional<Credentials> from(Map<String, String> environment) {
    return NAMES.stream()
        .filter(names -> isSet(environment, names.publicKey))
        .filter(names -> isSet(environment, names.privateKey))
        .findFirst()
        .map(names ->
            new Credentials(
                key(environment, names.publicKey),
                Secret.of(key(environment, names.privateKey)),
                Optional.empty()));
  }

  private static String key(Map<String, String> environment, String name) {
    String key = environment.getOrDefault(name, "").strip();
    KeyText.findProblem(key)
        .ifPresent(problem -> {
          throw new InvalidRequest(name, problem);
        });
    return key;
  }

  private static boolean isSet(Map<String, String> environment, String name) {
    return !environment.getOrDefault(name, "").isBlank();
  }

  record Names(String publicKey, String privateKey) {}
}
