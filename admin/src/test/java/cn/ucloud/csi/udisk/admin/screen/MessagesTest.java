package cn.ucloud.csi.udisk.admin.screen;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.admin.check.Code;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Both languages say everything. */
class MessagesTest {
  private static final Pattern PLACE = Pattern.compile("%(\\d+)\\$s");

  private final Messages english = Messages.of("en_US.UTF-8");
  private final Messages chinese = Messages.of("zh_CN.UTF-8");

  private static Set<Integer> places(String sentence) {
    return PLACE
        .matcher(sentence)
        .results()
        .map(place -> Integer.valueOf(place.group(1)))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** What a sentence says where its places are filled with their own numbers. */
  private static String raw(Messages messages, String key) {
    return messages.say(key, "%1$s", "%2$s", "%3$s", "%4$s", "%5$s", "%6$s");
  }

  @Test
  void bothLanguagesHaveTheSameSentences() {
    assertThat(chinese.keys()).isEqualTo(english.keys());
  }

  @Test
  void bothLanguagesSpeakOfTheSameThings() {
    for (String key : english.keys()) {
      assertThat(places(raw(chinese, key))).as(key).isEqualTo(places(raw(english, key)));
    }
  }

  @Test
  void noPlaceIsLeftOut() {
    for (String key : english.keys()) {
      List<Integer> places = List.copyOf(places(raw(english, key)));
      for (int i = 0; i < places.size(); i++) {
        assertThat(places.get(i)).as(key).isEqualTo(i + 1);
      }
      assertThat(raw(english, key).replaceAll("%\\d\\$s", "")).as(key).doesNotContain("%");
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyCodeHasASentenceAndARemedy(Code code) {
    for (Messages messages : List.of(english, chinese)) {
      assertThat(raw(messages, code.name())).isNotBlank();
      assertThat(raw(messages, code.name() + ".next")).isNotBlank();
    }
    assertThat(raw(chinese, code.name())).matches(".*\\p{IsHan}.*");
  }

  @Test
  void otherLanguagesAreEnglish() {
    assertThat(Messages.of("fr_FR").say("nothing")).isEqualTo(english.say("nothing"));
    assertThat(Messages.of("").say("nothing")).isEqualTo(english.say("nothing"));
  }

  @Test
  void chineseCharactersTakeTwoPlaces() {
    TextTable table = new TextTable();
    table.add("卷", "a");
    table.add("vol", "b");
    assertThat(table.lines()).containsExactly("卷   a", "vol  b");
    assertThat(TextTable.width("云盘：ok")).isEqualTo(8);
  }
}
