package cn.ucloud.csi.udisk.common.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class DiskSizeTest {
  private static final long GIB = 1L << 30;

  @Test
  void anySizeMeansTheSmallestDisk() {
    assertThat(DiskSize.smallestMadeFor(0)).isEqualTo(DiskSize.ofGib(10));
  }

  @Test
  void fifteenGibGiveTwenty() {
    assertThat(DiskSize.smallestMadeFor(15 * GIB)).isEqualTo(DiskSize.ofGib(20));
  }

  @Test
  void oneByteMoreThanAStepGivesTheNextStep() {
    assertThat(DiskSize.smallestMadeFor(20 * GIB)).isEqualTo(DiskSize.ofGib(20));
    assertThat(DiskSize.smallestMadeFor(20 * GIB + 1)).isEqualTo(DiskSize.ofGib(30));
  }

  @Test
  void thereIsNoDiskOfNothing() {
    assertThatThrownBy(() -> DiskSize.ofGib(0)).hasMessageContaining("0 GiB");
  }

  @Property
  void theSizeMadeHoldsTheRequestAndWastesLessThanAStep(
      @ForAll @LongRange(min = 10 * GIB, max = 40_000 * GIB) long bytes) {
    long made = DiskSize.smallestMadeFor(bytes).bytes();
    assertThat(made).isGreaterThanOrEqualTo(bytes).isLessThan(bytes + 10 * GIB);
    assertThat(made % (10 * GIB)).isZero();
  }

  @Property
  void noRequestOverflows(@ForAll @LongRange(min = 0) long bytes) {
    assertThat(DiskSize.smallestMadeFor(bytes).gib()).isPositive();
  }
}
