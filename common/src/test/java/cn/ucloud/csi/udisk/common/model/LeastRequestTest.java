package cn.ucloud.csi.udisk.common.model;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/** The size that a snapshot tells, against which the provisioner holds what a claim asks for. */
class LeastRequestTest {
  private static final long GIB = 1L << 30;

  @Test
  void aClaimOf15GiIsRestoredInItsOwnSize() {
    DiskSize disk = DiskSize.smallestMadeFor(15 * GIB);
    assertThat(disk.leastRequest()).isEqualTo(10 * GIB + 1);
  }

  @Property
  void noClaimIsTooSmallForASnapshotOfItself(@ForAll @LongRange(max = 32_000 * GIB) long asked) {
    DiskSize disk = DiskSize.smallestMadeFor(asked);
    assertThat(disk.leastRequest()).isPositive().isLessThanOrEqualTo(Math.max(1, asked));
  }

  @Property
  void whoeverAsksForItGetsADiskThatIsBigEnough(@ForAll @IntRange(min = 1, max = 32_000) int gib) {
    DiskSize source = DiskSize.ofGib(gib);
    assertThat(DiskSize.smallestMadeFor(source.leastRequest())).isGreaterThanOrEqualTo(source);
    assertThat(DiskSize.smallestMadeFor(source.leastRequest() - 1))
        .isIn(DiskSize.ofGib(10), DiskSize.ofGib(Math.max(10, (gib - 1) / 10 * 10)));
  }
}
