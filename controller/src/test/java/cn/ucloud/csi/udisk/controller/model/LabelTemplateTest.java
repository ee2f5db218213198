package cn.ucloud.csi.udisk.controller.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.controller.model.LabelTemplate.ClaimFacts;
import cn.ucloud.csi.udisk.controller.model.LabelTemplate.Facts;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LabelTemplateTest {
  private static final Facts FACTS =
      new Facts(
          "pvc-1",
          Optional.of(
              new ClaimFacts(
                  "shop",
                  "data-0",
                  Map.of("team", "db", "app.kubernetes.io/name", "mysql", "blank", ""),
                  Map.of("cost-center", "42"))));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "team=db|team=db",
        "a=${pvc.name}|a=data-0",
        "a=${pvc.namespace}|a=shop",
        "a=${pv.name}|a=pvc-1",
        "a=${pvc.labels.team}|a=db",
        "a=${pvc.labels.app.kubernetes.io/name}|a=mysql",
        "a=${namespace.labels.cost-center}|a=42",
        "a=${pvc.namespace}.${pvc.name}-x|a=shop.data-0-x",
        "b=2, a=1|a=1,b=2",
        "组=数据|组=数据",
        "a=1,b=${pvc.labels.none}|a=1",
        "a=x-${pvc.labels.none}|''",
        "a=${pvc.labels.blank}|''"
      })
  void whatAValueNamesIsPutInItsPlace(String written, String expected) {
    assertThat(LabelTemplate.parse("labels", written).of(FACTS)).hasToString(expected);
  }

  @Test
  void nothingIsKnownOfAVolumeWithoutAClaim() {
    LabelTemplate template =
        LabelTemplate.parse("labels", "a=1,b=${pvc.name},c=${pv.name},d=${namespace.labels.x}");
    assertThat(template.of(new Facts("pvc-1", Optional.empty()))).hasToString("a=1,c=pvc-1");
    assertThat(template.of(new Facts("", Optional.empty()))).hasToString("a=1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "team",
        "team=db,",
        "=db",
        "te am=db",
        "team=",
        "team=d b",
        "team=a=b",
        "team=${pvc.nam}",
        "team=${pvc.labels.}",
        "team=${pvc.labels.te am}",
        "team=${}",
        "team=${pvc.name",
        "team=$pvc.name",
        "team={{ .PVCName }}",
        "team=a,team=b"
      })
  void whatCannotBeMeantIsRefusedByItsField(String written) {
    assertThatThrownBy(() -> LabelTemplate.parse("parameters.labels", written))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageStartingWith("parameters.labels must not");
  }

  @Test
  void keysAndTextsHave63CharactersAndAClassHas20Labels() {
    assertThat(LabelTemplate.parse("labels", "k".repeat(63) + "=" + "v".repeat(63)).isEmpty())
        .isFalse();
    refused("k".repeat(64) + "=v");
    refused("k=" + "v".repeat(64));
    assertThat(LabelTemplate.parse("labels", many(20)).pairs()).hasSize(20);
    refused(many(21));
  }

  private static void refused(String written) {
    assertThatThrownBy(() -> LabelTemplate.parse("labels", written))
        .isInstanceOf(InvalidRequest.class);
  }

  private static String many(int count) {
    return IntStream.range(0, count).mapToObj(i -> "k" + i + "=v").collect(Collectors.joining(","));
  }

  @Test
  void theSentenceNamesWhatIsWrongAndWhatIsAllowed() {
    assertThatThrownBy(() -> LabelTemplate.parse("parameters.labels", "team=${pvc.label.team}"))
        .hasMessage(
            "parameters.labels must not have ${pvc.label.team} in the value of team; allowed are"
                + " ${pvc.name}, ${pvc.namespace}, ${pv.name}, ${pvc.labels.KEY} and"
                + " ${namespace.labels.KEY}");
    assertThatThrownBy(() -> LabelTemplate.parse("parameters.labels", "cost center=42"))
        .hasMessage(
            "parameters.labels must not have the key 'cost center'; allowed are 1 to 63 letters,"
                + " digits, Chinese characters, '.', '_', '-'");
  }

  @Test
  void theClassWinsOverTheFlag() {
    LabelTemplate flag = LabelTemplate.parse("--extra-labels", "team=all,cluster=one");
    LabelTemplate ofClass = LabelTemplate.parse("parameters.labels", "team=db");
    assertThat(flag.with(ofClass).of(FACTS)).hasToString("cluster=one,team=db");
  }

  @Test
  void itSaysWhatMustBeAskedFor() {
    assertThat(LabelTemplate.parse("labels", "a=1,b=${pv.name}").namesClaim()).isFalse();
    assertThat(LabelTemplate.parse("labels", "a=${pvc.name}").namesClaim()).isTrue();
    assertThat(LabelTemplate.parse("labels", "a=${pvc.name}").namesNamespaceLabels()).isFalse();
    LabelTemplate namespace = LabelTemplate.parse("labels", "a=${namespace.labels.x}");
    assertThat(namespace.namesClaim()).isTrue();
    assertThat(namespace.namesNamespaceLabels()).isTrue();
    assertThat(LabelTemplate.parse("labels", " \t").isEmpty()).isTrue();
  }
}
