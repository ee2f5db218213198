package cn.ucloud.csi.udisk.simulator.region;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class LettersTest {
  @Test
  void theKernelCountsLikeThis() {
    assertThat(Letters.name(0)).isEqualTo("vda");
    assertThat(Letters.name(25)).isEqualTo("vdz");
    assertThat(Letters.name(26)).isEqualTo("vdaa");
    assertThat(Letters.name(26 + 26 * 26)).isEqualTo("vdaaa");
  }

  @Test
  void gapsAreFilledFirst() {
    assertThat(Letters.lowestFree(Set.of("vdb", "vdd"))).isEqualTo("vdc");
  }
}
