package cn.ucloud.csi.udisk.controller.label;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.common.ucloud.label.Label;
import cn.ucloud.csi.udisk.controller.model.DiskLabels;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelMarkTest {
  private static final Label DB = new Label("team", "db");
  private static final Label WEB = new Label("team", "web");
  private static final Label SHOP = new Label("app", "shop");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "app=shop,team=db|app=shop,team=db",
        "app=shop,~team=db|app=shop,~team=db",
        "~team=db,app=shop|app=shop,~team=db",
        "nonsense,team=db,,~|team=db",
        "''|''"
      })
  void whatIsWrittenOnTheVolumeIsReadAgain(String text, String again) {
    assertThat(LabelMark.parse(text)).hasToString(again);
  }

  @Test
  void whatIsThereAlreadyIsSomebodyElses() {
    LabelChange change = change(List.of(DB), "", "app=shop,team=db");
    assertThat(change.bind()).containsExactly(SHOP);
    assertThat(change.unbind()).isEmpty();
    assertThat(change.after()).hasToString("app=shop,~team=db");
    assertThat(change.after().says(labels("app=shop,team=db"))).isTrue();
  }

  @Test
  void somebodyElsesLabelIsNeverTakenOff() {
    assertThat(change(List.of(DB, SHOP), "app=shop,~team=db", "").unbind()).containsExactly(SHOP);
    LabelChange other = change(List.of(DB), "~team=db", "team=web");
    assertThat(other.unbind()).isEmpty();
    assertThat(other.bind()).isEmpty();
    assertThat(other.conflicts()).containsExactly(DB);
    assertThat(other.after().says(labels("team=web"))).isFalse();
  }

  @Test
  void aValueThatThisDriverBoundIsReplaced() {
    LabelChange change = change(List.of(DB, SHOP), "app=shop,team=db", "app=shop,team=web");
    assertThat(change.unbind()).containsExactly(DB);
    assertThat(change.bind()).containsExactly(WEB);
    assertThat(change.conflicts()).isEmpty();
    assertThat(change.after()).hasToString("app=shop,team=web");
  }

  @Test
  void aValueThatSomebodyPutInPlaceOfOursStays() {
    LabelChange change = change(List.of(WEB), "team=db", "team=db");
    assertThat(change.unbind()).isEmpty();
    assertThat(change.bind()).isEmpty();
    assertThat(change.conflicts()).containsExactly(WEB);
  }

  private static LabelChange change(List<Label> shown, String mark, String wanted) {
    return LabelChange.between(shown, LabelMark.parse(mark).own()::has, labels(wanted));
  }

  private static DiskLabels labels(String text) {
    return DiskLabels.parse(text);
  }
}
