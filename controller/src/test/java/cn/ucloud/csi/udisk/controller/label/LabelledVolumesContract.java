package cn.ucloud.csi.udisk.controller.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.label.LabelledVolumes.Known;
import cn.ucloud.csi.udisk.controller.model.LabelTemplate.ClaimFacts;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What the labels of disks rely on in a cluster. */
public abstract class LabelledVolumesContract {
  private static final VolumeId DISK = new VolumeId("bsm-1");
  private static final Optional<String> TEMPLATE = Optional.of("team=${pvc.labels.team}");

  protected abstract LabelledVolumes volumes();

  /** Makes a persistent volume of this driver, with these volume attributes. */
  protected abstract void volume(String name, VolumeId disk, Optional<String> template);

  /** Binds a claim to the volume. */
  protected abstract void claim(
      String volume, String namespace, String name, Map<String, String> labels);

  protected abstract void namespace(String name, Map<String, String> labels);

  protected abstract void deleteVolume(String name);

  protected abstract void deleteClaim(String volume);

  /** What is watched is known from now on. */
  protected abstract void know();

  /** From now on the API server does not answer what is asked of it anew. */
  protected abstract void away();

  @Test
  void beforeTheVolumesAreKnownNoneIs() {
    assertThatThrownBy(() -> volumes().all()).isInstanceOf(Unavailable.class);
    assertThatThrownBy(() -> volumes().find("pvc-1")).isInstanceOf(Unavailable.class);
  }

  @Test
  void aVolumeSaysWhatItsClassWantsAndWhatHasBeenBound() {
    List<Known> told = new CopyOnWriteArrayList<>();
    volumes().tell(told::add);
    volume("pvc-1", DISK, TEMPLATE);
    volume("pvc-2", new VolumeId("bsm-2"), Optional.empty());
    know();
    Known before = new Known("pvc-1", DISK, TEMPLATE, Optional.empty());
    assertThat(volumes().find("pvc-1")).contains(before);
    assertThat(volumes().all()).hasSize(2).contains(before);
    volumes().mark("pvc-1", "team=db");
    Known marked = new Known("pvc-1", DISK, TEMPLATE, Optional.of("team=db"));
    await().until(() -> volumes().find("pvc-1").equals(Optional.of(marked)));
    await().until(() -> told.contains(marked));
    assertThat(told).contains(before);
    volumes().mark("pvc-1", "");
    await().until(() -> volumes().find("pvc-1").equals(Optional.of(before)));
  }

  @Test
  void aVolumeThatIsGoneIsNotFoundAndNotMarked() {
    volume("pvc-1", DISK, TEMPLATE);
    know();
    deleteVolume("pvc-1");
    await().until(() -> volumes().find("pvc-1").isEmpty());
    assertThatCode(() -> volumes().mark("pvc-1", "team=db")).doesNotThrowAnyException();
    assertThat(volumes().findClaim("pvc-1", false)).isEmpty();
  }

  @Test
  void aClaimIsFoundWithItsLabelsAndThoseOfItsNamespaceWhereTheyAreWanted() {
    volume("pvc-1", DISK, TEMPLATE);
    namespace("shop", Map.of("cost-center", "42"));
    claim("pvc-1", "shop", "data-0", Map.of("team", "db"));
    know();
    ClaimFacts plain = new ClaimFacts("shop", "data-0", Map.of("team", "db"), Map.of());
    ClaimFacts whole =
        new ClaimFacts("shop", "data-0", Map.of("team", "db"), Map.of("cost-center", "42"));
    assertThat(volumes().findClaim("pvc-1", false)).contains(plain);
    assertThat(volumes().findClaim("pvc-1", true)).contains(whole);
    assertThat(all(false)).isEqualTo(Map.of("pvc-1", plain));
    assertThat(all(true)).isEqualTo(Map.of("pvc-1", whole));
  }

  @Test
  void everyClaimIsToldOnce() {
    know();
    for (int i = 0; i < 5; i++) {
      volume("pvc-" + i, new VolumeId("bsm-" + i), Optional.empty());
      claim("pvc-" + i, "shop", "data-" + i, Map.of());
    }
    assertThat(all(false)).hasSize(5);
  }

  @Test
  void aClaimThatIsGoneIsNotFound() {
    volume("pvc-1", DISK, TEMPLATE);
    know();
    assertThat(volumes().findClaim("pvc-1", false)).isEmpty();
    claim("pvc-1", "shop", "data-0", Map.of());
    assertThat(volumes().findClaim("pvc-1", false)).isPresent();
    deleteClaim("pvc-1");
    assertThat(volumes().findClaim("pvc-1", false)).isEmpty();
    assertThat(all(false)).isEmpty();
  }

  @Test
  void nothingIsConcludedFromAnApiServerThatIsAway() {
    volume("pvc-1", DISK, TEMPLATE);
    claim("pvc-1", "shop", "data-0", Map.of());
    know();
    away();
    assertThatThrownBy(() -> volumes().findClaim("pvc-1", false)).isInstanceOf(Unavailable.class);
    assertThatThrownBy(() -> all(false)).isInstanceOf(Unavailable.class);
    assertThatThrownBy(() -> volumes().mark("pvc-1", "a=b")).isInstanceOf(Unavailable.class);
  }

  private Map<String, ClaimFacts> all(boolean withNamespaceLabels) {
    Map<String, ClaimFacts> found = new HashMap<>();
    volumes()
        .forEachClaim(
            withNamespaceLabels,
            (volume, claim) -> assertThat(found.put(volume, claim)).as("told twice").isNull());
    return found;
  }
}
