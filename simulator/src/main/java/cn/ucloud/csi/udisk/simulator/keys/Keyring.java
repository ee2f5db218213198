package cn.ucloud.csi.udisk.simulator.keys;

import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig.Keys;
import cn.ucloud.csi.udisk.simulator.model.ApiRefusal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Whose signature is good: the account's key pair and the temporary keys given out.
 *
 * <p>A temporary key follows from its token and the first private key of the account, so none has
 * to be stored and all of them outlive a restart.
 */
public final class Keyring {
  private final Keys first;
  private volatile Keys account;
  private final InstantSource clock;

  public Keyring(Keys account, InstantSource clock) {
    this.first = account;
    this.account = account;
    this.clock = clock;
  }

  /** From now on the account has this key pair alone, until the next start. */
  public void replace(Keys keys) {
    account = keys;
  }

  public TemporaryKey issue(String role, String hostId, Duration lifetime) {
    Instant expiration = Instant.ofEpochMilli(clock.millis()).plus(lifetime);
    String text = expiration.toEpochMilli() + "/" + role + "/" + hostId + "/" + UUID.randomUUID();
    String token =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    return key(token, expiration);
  }

  /**
   * Checks who sent these parameters, with RetCode 170, 171, 172 or 174 for strangers.
   *
   * @param signed all parameters as they are signed, without {@code Signature}
   */
  public void check(Map<String, String> signed, Optional<String> signature) {
    String given = signature.orElseThrow(() -> new ApiRefusal(170, "Missing signature"));
    String privateKey = privateKey(signed);
    if (!Signature.of(signed, privateKey).equals(given)) {
      throw new ApiRefusal(171, "Signature VerifyAC Error");
    }
  }

  private String privateKey(Map<String, String> signed) {
    String publicKey = signed.getOrDefault("PublicKey", "");
    String token = signed.getOrDefault("SecurityToken", "");
    if (!token.isEmpty() || publicKey.startsWith("STS.")) {
      return find(token, publicKey)
          .map(TemporaryKey::privateKey)
          .orElseThrow(() -> new ApiRefusal(174, "token does not exist"));
    }
    Keys now = account;
    if (!publicKey.equals(now.publicKey())) {
      throw new ApiRefusal(172, "user does not exist");
    }
    return now.privateKey();
  }

  private Optional<TemporaryKey> find(String token, String publicKey) {
    return expiration(token)
        .filter(expiration -> expiration.isAfter(clock.instant()))
        .map(expiration -> key(token, expiration))
        .filter(key -> key.publicKey().equals(publicKey));
  }

  private static Optional<Instant> expiration(String token) {
    try {
      String text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
      int slash = text.indexOf('/');
      return slash < 0
          ? Optional.empty()
          : Optional.of(Instant.ofEpochMilli(Long.parseLong(text.substring(0, slash))));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // Not a token of ours.
    }
  }

  private TemporaryKey key(String token, Instant expiration) {
    return new TemporaryKey(
        "STS." + Signature.sha1("public" + token + first.privateKey()).substring(0, 24),
        Signature.sha1("private" + token + first.privateKey()),
        token,
        expiration);
  }
}
