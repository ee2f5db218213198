package cn.ucloud.csi.udisk.common.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {

  @Test
  void readsDurationsWithTheirUnit() {
    assertThat(Durations.parse("500ms")).isEqualTo(Duration.ofMillis(500));
    assertThat(Durations.parse("75s")).isEqualTo(Duration.ofSeconds(75));
    assertThat(Durations.parse("2m")).isEqualTo(Duration.ofMinutes(2));
    assertThat(Durations.parse("1h")).isEqualTo(Duration.ofHours(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "75", "-1s", "1.5s", "PT1S", "1 s", "9999999999s", "1d", "s"})
  void refusesDurationsThatCanBeMistaken(String text) {
    assertThatThrownBy(() -> Durations.parse(text)).isInstanceOf(InvalidRequest.class);
  }

  @Property(tries = 200)
  void printsDurationsThatItReadsBack(@ForAll @LongRange(min = 0, max = 999_999_999) long millis) {
    Duration duration = Duration.ofMillis(millis);
    assertThat(Durations.parse(Durations.print(duration))).isEqualTo(duration);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:9809", ":9809", "[::1]:0", "metrics.local:65535"})
  void readsAndPrintsAddresses(String text) {
    assertThat(HostPort.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "9809", "host", "host:", "host:65536", "::1:80", "a b:1", "http://h:1"})
  void refusesWhatIsNoAddress(String text) {
    assertThatThrownBy(() -> HostPort.parse(text)).isInstanceOf(InvalidRequest.class);
  }

  @Test
  void httpIsSwitchedOffByWordOnly() {
    assertThat(HttpListen.parse("off").address()).isEmpty();
    assertThat(HttpListen.parse("off")).hasToString("off");
    assertThatThrownBy(() -> HttpListen.parse("")).isInstanceOf(InvalidRequest.class);
  }

  @Test
  void aSecretIsShownByNothingButReveal() throws Exception {
    Secret secret = Secret.of("s3cret");
    assertThat(secret.reveal()).isEqualTo("s3cret");
    assertThat(secret).hasToString("***").isEqualTo(Secret.of("s3cret"));
    assertThat(secret).isNotEqualTo(Secret.of("other")).hasSameHashCodeAs(Secret.of("other"));
    assertThat(new ObjectMapper().writeValueAsString(Map.of("token", secret)))
        .isEqualTo("{\"token\":\"***\"}");
  }
}
