package cn.ucloud.csi.udisk.simulator.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig.Keys;
import cn.ucloud.csi.udisk.simulator.model.ApiRefusal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KeyringTest {
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final Keyring keyring = new Keyring(new Keys("public", "private"), () -> now);

  @Test
  void aTemporaryKeyIsGoodUntilItExpires() {
    TemporaryKey key = keyring.issue("role", "uhost-a", Duration.ofMinutes(15));
    assertThatCode(() -> check(key, key.token())).doesNotThrowAnyException();
    now = now.plus(Duration.ofMinutes(15));
    assertRefused(174, key, key.token());
  }

  @Test
  void aTokenBelongsToItsKeyOnly() {
    TemporaryKey key = keyring.issue("role", "uhost-a", Duration.ofMinutes(15));
    TemporaryKey other = keyring.issue("role", "uhost-a", Duration.ofMinutes(15));
    assertRefused(174, key, other.token());
    assertRefused(174, key, "");
  }

  @Test
  void aRestartKnowsTheKeysGivenOutBefore() {
    TemporaryKey key = keyring.issue("role", "uhost-a", Duration.ofMinutes(15));
    Keyring restarted = new Keyring(new Keys("public", "private"), () -> now);
    Map<String, String> signed = signed(key, key.token());
    assertThatCode(
            () -> restarted.check(signed, Optional.of(Signature.of(signed, key.privateKey()))))
        .doesNotThrowAnyException();
  }

  @Test
  void afterARotationTheOldPairIsAStranger() {
    Map<String, String> old = Map.of("PublicKey", "public");
    Map<String, String> next = Map.of("PublicKey", "public-2");
    TemporaryKey temporary = keyring.issue("role", "uhost-a", Duration.ofMinutes(15));
    keyring.replace(new Keys("public-2", "private-2"));
    assertThatThrownBy(() -> keyring.check(old, Optional.of(Signature.of(old, "private"))))
        .isInstanceOfSatisfying(ApiRefusal.class, e -> assertThat(e.retCode()).isEqualTo(172));
    assertThatCode(() -> keyring.check(next, Optional.of(Signature.of(next, "private-2"))))
        .doesNotThrowAnyException();
    assertThatCode(() -> check(temporary, temporary.token())).doesNotThrowAnyException();
  }

  private void assertRefused(int retCode, TemporaryKey key, String token) {
    assertThatThrownBy(() -> check(key, token))
        .isInstanceOfSatisfying(ApiRefusal.class, e -> assertThat(e.retCode()).isEqualTo(retCode));
  }

  private void check(TemporaryKey key, String token) {
    Map<String, String> signed = signed(key, token);
    keyring.check(signed, Optional.of(Signature.of(signed, key.privateKey())));
  }

  private static Map<String, String> signed(TemporaryKey key, String token) {
    Map<String, String> signed = new HashMap<>();
    signed.put("PublicKey", key.publicKey());
    if (!token.isEmpty()) {
      signed.put("SecurityToken", token);
    }
    return signed;
  }
}
