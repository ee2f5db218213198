package cn.ucloud.csi.udisk.node.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MountOptionsTest {
  private static MountOptions parse(String... flags) {
    return MountOptions.parse(List.of(flags));
  }

  @Test
  void wordsOfMountBecomeBitsAndTheRestGoesToTheFilesystem() {
    MountOptions options = parse("ro,noatime", "nodev", "debug", "commit=30");
    assertThat(options).isEqualTo(new MountOptions(1 | 4 | 1024, "debug,commit=30"));
  }

  @Test
  void laterWordWins() {
    assertThat(parse("ro", "rw")).isEqualTo(MountOptions.NONE);
    assertThat(parse("noexec,exec,noexec").flags()).isEqualTo(8);
  }

  @Test
  void wordsForFstabAreLeftOut() {
    assertThat(
            parse(
                "defaults",
                "nofail",
                "_netdev",
                "x-systemd.automount",
                "comment=of a person",
                "X-mount.mkdir=0755"))
        .isEqualTo(MountOptions.NONE);
  }

  @Test
  void blanksAroundAnOptionAreNoPartOfIt() {
    assertThat(parse(" ro", "commit=30 , noatime ", " "))
        .isEqualTo(new MountOptions(1 | 1024, "commit=30"));
  }

  @Test
  void nosymfollowAndIversionAreBitsAndTheFormerStaysWithABindMount() {
    assertThat(parse("nosymfollow", "iversion")).isEqualTo(new MountOptions(256 | 1 << 23, ""));
    assertThat(parse("nosymfollow,symfollow,iversion,noiversion")).isEqualTo(MountOptions.NONE);
    assertThat(parse("nosymfollow", "iversion").perMount()).isEqualTo(new MountOptions(256, ""));
  }

  @Test
  void namesHoldNoValues() {
    assertThat(parse("ro", "password=secret", "debug").names())
        .containsExactly("password", "debug");
    assertThat(MountOptions.NONE.names()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bind", "remount", "rshared", "move", "loop", "X-mount.subdir"})
  void otherOperationsAreRefused(String flag) {
    assertThatThrownBy(() -> parse("noatime", flag))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageContaining(flag);
  }

  @Test
  void moreThanAPageIsRefused() {
    assertThatThrownBy(() -> parse("x".repeat(4096))).isInstanceOf(InvalidRequest.class);
  }

  @Test
  void textIsNeverPrinted() {
    assertThat(parse("password=secret").toString()).doesNotContain("secret");
    assertThat(parse("password=secret").fingerprint())
        .doesNotContain("secret")
        .isNotEqualTo(parse("password=other").fingerprint());
  }

  @Test
  void coversAsksForEveryFlagAndForTheSameWritability() {
    assertThat(parse("ro,nodev,relatime").covers(parse("ro,nodev"))).isTrue();
    assertThat(parse("nodev").covers(parse("ro,nodev"))).isFalse();
    assertThat(parse("ro,nodev").covers(parse("nodev"))).isFalse();
    assertThat(parse("").covers(parse("relatime"))).isTrue();
  }
}
