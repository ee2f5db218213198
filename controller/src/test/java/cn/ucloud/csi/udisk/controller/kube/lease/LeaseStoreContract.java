package cn.ucloud.csi.udisk.controller.kube.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What the tests of the election rely on in {@link LeaseStore}. */
abstract class LeaseStoreContract {
  private static final Instant ACQUIRED = Instant.parse("2026-01-01T00:00:00Z");

  abstract LeaseStore store();

  /** Somebody deletes the lease. */
  abstract void delete();

  @Test
  void withoutALeaseNothingIsRead() {
    assertThat(store().read()).isEmpty();
  }

  @Test
  void aLeaseIsMadeOnceAndReadAsItWasWritten() {
    assertThat(store().create(held("", "first"))).isTrue();
    LeaseState made = read();
    assertThat(made).isEqualTo(held(made.version(), "first"));
    assertThat(store().create(held("", "second"))).isFalse();
    assertThat(read()).isEqualTo(made);
  }

  @Test
  void onlyWhoHasReadItAsItIsReplacesIt() {
    store().create(held("", "first"));
    LeaseState made = read();
    assertThat(store().replace(held(made.version(), "second"))).isTrue();
    assertThat(read().holder()).isEqualTo("second");
    assertThat(read().version()).isNotEqualTo(made.version());
    assertThat(store().replace(held(made.version(), "third"))).isFalse();
    assertThat(read().holder()).isEqualTo("second");
  }

  @Test
  void aRenewalThatChangesNothingElseIsAnotherVersion() {
    store().create(held("", "first"));
    LeaseState made = read();
    assertThat(store().replace(made)).isTrue();
    assertThat(read().version()).isNotEqualTo(made.version());
  }

  @Test
  void aLateWriteBringsNoDeletedLeaseBack() {
    store().create(held("", "first"));
    LeaseState made = read();
    delete();
    assertThat(store().replace(held(made.version(), "second"))).isFalse();
    assertThat(store().read()).isEmpty();
  }

  @Test
  void aLeaseThatWasMadeAnewIsAnotherOne() {
    store().create(held("", "first"));
    LeaseState made = read();
    delete();
    store().create(held("", "second"));
    assertThat(store().replace(held(made.version(), "first"))).isFalse();
    assertThat(read().holder()).isEqualTo("second");
  }

  @Test
  void aLeaseThatIsGivenBackHasNoHolder() {
    store().create(held("", "first"));
    store().replace(held(read().version(), ""));
    assertThat(read().isGivenBack()).isTrue();
  }

  private LeaseState read() {
    return store().read().orElseThrow();
  }

  private static LeaseState held(String version, String holder) {
    return new LeaseState(version, holder, Duration.ofSeconds(12), ACQUIRED, 3);
  }
}
