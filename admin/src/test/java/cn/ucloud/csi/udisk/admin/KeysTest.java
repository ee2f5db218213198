package cn.ucloud.csi.udisk.admin;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.admin.facts.Facts.Gap;
import cn.ucloud.csi.udisk.admin.fixture.FakeCloud;
import cn.ucloud.csi.udisk.admin.fixture.Shop;
import cn.ucloud.csi.udisk.common.ucloud.credentials.Credentials;
import cn.ucloud.csi.udisk.common.ucloud.credentials.KeyOrigin;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which keys are used, and new ones in their place. */
class KeysTest {
  private static final String PUBLIC = "simulator-public-key";
  private static final String PRIVATE = "simulator-private-key";
  private static final String TYPED = PUBLIC + "\n" + PRIVATE + "\n";
  private static final String[] SET = {"--next", "keys", "set", "--apply"};
  private static final String[] CONFIRMED = {
    "--next", "--confirmed=udisk-keys", "keys", "set", "--apply"
  };
  private static final String REPLACED = "note\treplaced ";

  private final Shop shop = Shop.open();

  @BeforeEach
  void mountASecret() {
    shop.cluster()
        .patch(
            "/api/v1/namespaces/kube-system/pods/csi-udisk-controller-a",
            "[{\"op\":\"add\",\"path\":\"/spec/volumes\",\"value\":[{\"name\":\"credentials\",\"secret\":"
                + "{\"secretName\":\"udisk-keys\"}}]}]");
  }

  @AfterEach
  void close() {
    shop.close();
  }

  private static String replacedAt(Duration ago) {
    return TYPED + REPLACED + Shop.NOW.minus(ago) + "\n";
  }

  @Test
  void theyAreShownWithoutWhatIsSecret() {
    Ran ran = Ran.in(shop, "keys");
    assertThat(ran)
        .isEqualTo(
            new Ran(
                0,
                """
                keys        the Secret kube-system/udisk-keys, read for every call
                public key  4eZB…Qx8=
                since       2026-11-30T11:00:00Z, for 1h0m
                until       no end is known; permanent keys do not expire by themselves
                cloud       region cn-bj2 answers; keys accepted
                """,
                ""));
  }

  @Test
  void theyAreShownInChinese() {
    assertThat(Ran.speaking("zh_CN.UTF-8", shop, "keys").out())
        .isEqualTo(
            """
            密钥      Secret kube-system/udisk-keys，每次调用时读取
            公钥      4eZB…Qx8=
            启用时间  2026-11-30T11:00:00Z，已 1h0m
            到期时间  未知；永久密钥不会自行过期
            云        地域 cn-bj2 有应答；密钥有效
            """);
  }

  @Test
  void temporaryOnesShowHowLongTheyAreGood() {
    shop.keys()
        .from(
            new KeyOrigin(
                KeyOrigin.Kind.METADATA,
                Optional.of(Shop.NOW.minusSeconds(600)),
                Optional.of(Shop.NOW.plusSeconds(3000))));
    assertThat(Ran.in(shop, "keys").out())
        .contains("temporary ones of the host's role")
        .contains("2026-11-30T12:50:00Z, 50m0s are left");
  }

  @Test
  void keysThatTheCloudRefusesAreAnError() {
    shop.cloud().refuse(Gap.Kind.KEYS_REFUSED, "RetCode 171");
    Ran ran = Ran.in(shop, "keys");
    assertThat(ran.out())
        .contains("the cloud refuses the API keys: RetCode 171")
        .contains("Next: kubectl udisk keys");
    assertThat(ran.exitCode()).isEqualTo(3);
  }

  @Test
  void nothingIsReplacedWithoutApply() {
    Ran ran = Ran.typing(TYPED, shop, "keys", "set");
    assertThat(ran.out())
        .isEqualTo(
            """
            these keys answer, and know 2 of 2 hosts that were asked for. They take the place of those in the Secret kube-system/udisk-keys:
              kubectl patch secret udisk-keys -n kube-system --type=json --patch-file=/dev/stdin
            Nothing changed. To do it: --apply
            """);
    assertThat(ran.exitCode()).isZero();
  }

  @Test
  void theyAreConfirmedReplacedAndWaitedFor() {
    assertThat(Ran.typing(TYPED, shop, SET).out()).isEqualTo("confirm\tudisk-keys\n");
    assertThat(Ran.typing(TYPED, shop, CONFIRMED).out())
        .isEqualTo(
            "keys\tkube-system\tudisk-keys\n" + REPLACED + "2026-11-30T12:00:00Z\nwait\t5\n");
    Ran waiting = Ran.typing(replacedAt(Duration.ofMinutes(1)), shop, CONFIRMED);
    assertThat(waiting.out()).isEqualTo("wait\t5\n");
    assertThat(waiting.said()).contains("waiting for kubelet");
    shop.keys().bring(Credentials.of(PUBLIC, PRIVATE));
    Ran done = Ran.typing(replacedAt(Duration.ofMinutes(1)), shop, CONFIRMED);
    assertThat(done.out()).isEqualTo("done\n");
    assertThat(done.said()).contains("this pod uses these keys, and the cloud answers them");
  }

  @Test
  void theSecondRunHasNothingToDo() {
    shop.keys().bring(Credentials.of(PUBLIC, PRIVATE));
    assertThat(Ran.typing(TYPED, shop, SET).out()).isEqualTo("done\n");
  }

  @Test
  void oldKeysThatAreGoodForNothingDoNotStandInTheWay() {
    FakeCloud seen = new FakeCloud().host(Shop.HOST, "Running");
    shop.keys().othersSee(seen);
    shop.cloud().refuse(Gap.Kind.KEYS_REFUSED, "RetCode 171");
    assertThat(Ran.typing(TYPED, shop, SET).out()).isEqualTo("confirm\tudisk-keys\n");
  }

  private void refused(String input, String sentence, String... args) {
    Ran ran = Ran.typing(input, shop, args);
    assertThat(ran.said()).contains(sentence).doesNotContain(PRIVATE);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.exitCode()).isEqualTo(3);
  }

  @Test
  void keysThatDoNotAnswerReplaceNothing() {
    FakeCloud seen = new FakeCloud();
    seen.refuse(Gap.Kind.KEYS_REFUSED, "RetCode 171");
    shop.keys().othersSee(seen);
    refused(TYPED, "these keys were tried, and the cloud did not answer them: RetCode 171", SET);
  }

  /** Every disk would be taken for gone. */
  @Test
  void keysOfAnotherAccountReplaceNothing() {
    shop.keys().othersSee(new FakeCloud().host("uhost-of-others", "Running"));
    refused(TYPED, "they know none of this cluster's hosts (uhost-abc, uhost-def)", SET);
  }

  @Test
  void whereNoNodeShowsItsHostNothingIsProved() {
    shop.cluster().remove("/api/v1/nodes/" + Shop.NODE);
    shop.cluster().remove("/api/v1/nodes/" + Shop.OTHER_NODE);
    refused(TYPED, "no node shows its host", SET);
  }

  @Test
  void whereTheClusterCannotBeReadNothingIsDone() {
    shop.cluster().forbid("/api/v1/nodes");
    refused(TYPED, "nothing is done, for nodes could not be read", SET);
  }

  @Test
  void keysThatAreNoSecretsAreNotReplaced() {
    shop.cluster().remove("/api/v1/namespaces/kube-system/pods/csi-udisk-controller-a");
    refused(TYPED, "no controller shows which Secret", SET);
    for (KeyOrigin.Kind kind : KeyOrigin.Kind.values()) {
      shop.keys().from(new KeyOrigin(kind, Optional.empty(), Optional.empty()));
      refused(
          TYPED,
          switch (kind) {
            case ENVIRONMENT -> "the keys are variables of the container";
            case FILES -> "no controller shows which Secret";
            case METADATA -> "there is nothing to set";
          },
          SET);
    }
  }

  @Test
  void aPodThatNeverGetsThemIsSaid() {
    refused(
        replacedAt(Duration.ofMinutes(4)),
        "after 3 minutes the pod still has others; the old keys must stay valid",
        CONFIRMED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "simulator-private-key\n",
        "a\nb\nsimulator-private-key\n",
        "a\n\"simulator-private-key\"\n",
        "public key\nsimulator-private-key\n",
        "a\nsimulator-private-key\u00e9\n"
      })
  void whatIsNoPairOfKeysIsWrongUsageAndNotShown(String input) {
    Ran ran = Ran.typing(input, shop, SET);
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.said()).isNotBlank().doesNotContain(PRIVATE);
  }

  @Test
  void anotherWordIsWrongUsage() {
    assertThat(Ran.typing(TYPED, shop, "keys", "get"))
        .isEqualTo(new Ran(2, "", "either keys, or keys set\n"));
  }

  @Test
  void noScreenAndNoBundleHasThem() throws IOException {
    shop.keys().bring(Credentials.of(PUBLIC, PRIVATE));
    StringBuilder all = new StringBuilder();
    for (String[] args :
        new String[][] {
          {"keys"},
          {"keys", "set"},
          SET,
          CONFIRMED,
          {"status"},
          {"status", "-o", "json"},
          {"doctor"}
        }) {
      Ran ran = Ran.typing(TYPED, shop, args);
      all.append(ran.out()).append(ran.said());
    }
    try (ZipInputStream zip =
        new ZipInputStream(new ByteArrayInputStream(Ran.bytes(shop, "support-bundle")))) {
      while (zip.getNextEntry() != null) {
        all.append(new String(zip.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
      }
    }
    assertThat(all.toString()).contains("udisk-keys", "keysSecret").doesNotContain(PRIVATE, PUBLIC);
  }
}
