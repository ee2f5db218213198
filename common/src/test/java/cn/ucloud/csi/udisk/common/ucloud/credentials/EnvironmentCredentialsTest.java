package cn.ucloud.csi.udisk.common.ucloud.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.config.Secret;
import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvironmentCredentialsTest {

  @ParameterizedTest
  @CsvSource({
    "UCLOUD_API_PUBKEY, UCLOUD_API_PRIKEY",
    "UCLOUD_PUBLIC_KEY, UCLOUD_PRIVATE_KEY",
    "UCLOUD_ACCESS_PUBKEY, UCLOUD_ACCESS_PRIKEY"
  })
  void everySpellingIsRead(String publicName, String privateName) {
    assertThat(EnvironmentCredentials.from(Map.of(publicName, " pub\n", privateName, "pri ")))
        .hasValue(new Credentials("pub", Secret.of("pri"), Optional.empty()));
  }

  @Test
  void halvesOfTwoSpellingsAreNotPutTogether() {
    assertThat(
            EnvironmentCredentials.from(
                Map.of("UCLOUD_API_PUBKEY", "pub", "UCLOUD_PRIVATE_KEY", "pri")))
        .isEmpty();
  }

  @Test
  void aBlankHalfIsNoHalf() {
    assertThat(
            EnvironmentCredentials.from(
                Map.of("UCLOUD_API_PUBKEY", "pub", "UCLOUD_API_PRIKEY", " ")))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"UCLOUD_API_PUBKEY, UCLOUD_API_PRIKEY", "UCLOUD_ACCESS_PUBKEY, UCLOUD_ACCESS_PRIKEY"})
  void aKeyInQuotesIsRefusedByTheNameOfItsVariable(String publicName, String privateName) {
    Map<String, String> environment = Map.of(publicName, "pub", privateName, "\"pri\"");
    assertThatThrownBy(() -> EnvironmentCredentials.from(environment))
        .isInstanceOf(InvalidRequest.class)
        .hasMessage(privateName + " begins or ends with a quotation mark");
  }

  @Test
  void theFirstWholePairWins() {
    Map<String, String> environment =
        Map.of(
            "UCLOUD_API_PUBKEY", "half",
            "UCLOUD_PUBLIC_KEY", "pub-2",
            "UCLOUD_PRIVATE_KEY", "pri-2",
            "UCLOUD_ACCESS_PUBKEY", "pub-3",
            "UCLOUD_ACCESS_PRIKEY", "pri-3");
    assertThat(EnvironmentCredentials.from(environment).map(Credentials::publicKey))
        .hasValue("pub-2");
  }

  @Test
  void anEmptyEnvironmentHasNone() {
    assertThat(EnvironmentCredentials.from(Map.of())).isEmpty();
  }
}
