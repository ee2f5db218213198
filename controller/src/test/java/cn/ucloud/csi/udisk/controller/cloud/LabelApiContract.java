package cn.ucloud.csi.udisk.controller.cloud;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.SnapshotId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.RetCode;
import cn.ucloud.csi.udisk.common.ucloud.UCloudException.ApiRefused;
import cn.ucloud.csi.udisk.common.ucloud.label.Label;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskTerms;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskType;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi.Fault;
import cn.ucloud.csi.udisk.controller.model.Capacity;
import cn.ucloud.csi.udisk.controller.model.DiskName;
import cn.ucloud.csi.udisk.controller.model.DiskPlan;
import cn.ucloud.csi.udisk.controller.model.VolumeSpec;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** As {@link DiskApiContract}, of {@link LabelApi}. */
abstract class LabelApiContract {
  private static final Label DB = new Label("team", "db");
  private static final Label WEB = new Label("team", "web");
  private static final Label SHOP = new Label("app", "shop");

  private ApiHarness region;
  private LabelApi api;
  private String disk;

  abstract ApiHarness open();

  @BeforeEach
  void begin() {
    region = open();
    api = region.labels();
    disk = made("pvc-1").id();
  }

  @AfterEach
  void end() {
    region.close();
  }

  @Test
  void whatIsBoundIsShownAndBindingItAgainChangesNothing() {
    api.bind(disk, List.of(DB, SHOP));
    api.bind(disk, List.of(DB));
    assertThat(shown(disk)).containsExactlyInAnyOrder(DB, SHOP);
  }

  @Test
  void aLabelThatAnotherDiskHasIsBoundToThisOneToo() {
    String other = made("pvc-2").id();
    api.bind(disk, List.of(DB));
    api.bind(other, List.of(DB, SHOP));
    assertThat(api.of(List.of(disk, other)))
        .containsEntry(disk, List.of(DB))
        .containsEntry(other, List.of(DB, SHOP));
  }

  @Test
  void aSnapshotIsLabelledAsADiskIs() {
    SnapshotId snapshot =
        region.snapshots().create(region.disks().find(new VolumeId(disk)).orElseThrow(), "s-1");
    api.bind(snapshot.value(), List.of(DB));
    assertThat(shown(snapshot.value())).containsExactly(DB);
    assertThat(shown(disk)).isEmpty();
  }

  @Test
  void whatSomebodyElseBoundIsShown() {
    region.labelled(disk, DB);
    assertThat(shown(disk)).containsExactly(DB);
  }

  @Test
  void moreThanOnePageIsReadWhole() {
    List<Label> many = IntStream.range(0, 120).mapToObj(i -> new Label("key-" + i, "x")).toList();
    many.forEach(label -> region.labelled(disk, label));
    assertThat(shown(disk)).hasSize(120);
  }

  @Test
  void ofWhatThereIsNotNothingIsShownAndNothingIsBound() {
    assertThat(shown("bsm-none")).isEmpty();
    refused(() -> api.bind("bsm-none", List.of(DB)));
  }

  @Test
  void aSecondValueIsRefusedUntilTheFirstIsTakenOff() {
    api.bind(disk, List.of(DB));
    refused(() -> api.bind(disk, List.of(WEB, SHOP)));
    assertThat(shown(disk)).contains(DB).doesNotContain(WEB);
    refused(() -> api.unbind(disk, List.of(WEB)));
    api.unbind(disk, List.of(DB));
    api.bind(disk, List.of(WEB));
    assertThat(shown(disk)).contains(WEB).doesNotContain(DB);
  }

  @Test
  void whatGotNoAnswerMayBeDone() {
    api.bind(disk, List.of(SHOP));
    api.unbind(disk, List.of(SHOP));
    region.next("BindLabels", new Fault.AnswerLost());
    assertThatThrownBy(() -> api.bind(disk, List.of(SHOP))).isInstanceOf(OutcomeUnknown.class);
    assertThat(shown(disk)).containsExactly(SHOP);
    region.next("UnbindLabels", new Fault.OrderLost());
    assertThatThrownBy(() -> api.unbind(disk, List.of(SHOP))).isInstanceOf(OutcomeUnknown.class);
    assertThat(shown(disk)).containsExactly(SHOP);
  }

  @Test
  void everyRetCodeIsToldAsWhatItMeans() {
    for (RetCode code : RetCode.values()) {
      region.next("UnbindLabels", new Fault.Refused(code.code()));
      assertThatThrownBy(() -> api.unbind(disk, List.of(DB)))
          .as("%s", code)
          .hasSameClassAs(ApiErrors.ofMutation(new ApiRefused("any", code.code(), "", "")));
    }
  }

  @Test
  void nothingCanBeConcludedWhereNothingCanBeRead() {
    region.nothingCanBeRead();
    assertThatThrownBy(() -> shown(disk)).isInstanceOf(Unavailable.class);
  }

  private static void refused(ThrowingCallable change) {
    assertThatThrownBy(change)
        .isInstanceOfSatisfying(
            OutcomeUnknown.class, e -> assertThat(ApiErrors.isRefusal(e)).isTrue());
  }

  private List<Label> shown(String resource) {
    return requireNonNull(api.of(List.of(resource)).get(resource));
  }

  private UDisk made(String name) {
    VolumeSpec spec =
        new VolumeSpec(
            DiskName.of(name, "uk8s-x"),
            new Capacity(DiskSize.ofGib(10), 1, Optional.empty()),
            new DiskPlan(List.of(DiskType.SSD), DiskTerms.PLAIN, Optional.empty()),
            List.of(ApiHarness.ZONE),
            Optional.empty());
    VolumeId id = region.disks().create(spec, DiskType.SSD, ApiHarness.ZONE, Optional.empty());
    region.pass(ApiHarness.STEP);
    return region.disks().find(id).orElseThrow();
  }
}
