package cn.ucloud.csi.udisk.controller.model;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.controller.model.HostOffProof.Doubt;
import cn.ucloud.csi.udisk.controller.model.HostOffProof.Shown;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each single thing that is not as it is with a host that is off keeps pods where they are. */
class HostOffProofTest {
  private static final List<String> NAMES = List.of("node-1", "10.9.0.1");
  private static final List<String> INSTANCE = List.of("uhost-a");
  private static final Optional<String> REGISTERED = Optional.of("uhost-a");
  private static final Optional<Shown> STOPPED =
      Optional.of(new Shown(true, "Stopped", List.of("10.9.0.1", "106.75.0.1")));

  @Test
  void aSilentNodeOfAStoppedHostCounts() {
    assertThat(new HostOffProof(true, NAMES, INSTANCE, REGISTERED, STOPPED).findDoubt()).isEmpty();
    Optional<Shown> gone = Optional.of(new Shown(false, "", List.of()));
    assertThat(new HostOffProof(true, NAMES, INSTANCE, REGISTERED, gone).findDoubt()).isEmpty();
  }

  @Test
  void aKubeletThatWasHeardOfDoesNot() {
    assertThat(new HostOffProof(false, NAMES, INSTANCE, REGISTERED, STOPPED).findDoubt())
        .hasValue(Doubt.NOT_SILENT);
  }

  @Test
  void aNodeWhoseLabelsNameTwoHostsOrNoneDoesNot() {
    for (List<String> named : List.of(List.of("uhost-a", "uhost-b"), List.<String>of())) {
      assertThat(new HostOffProof(true, NAMES, named, REGISTERED, STOPPED).findDoubt())
          .hasValue(Doubt.AMBIGUOUS);
    }
  }

  @Test
  void aNodeThatIsRegisteredAsAnotherHostDoesNot() {
    assertThat(registered("uhost-b")).hasValue(Doubt.AMBIGUOUS);
    assertThat(registered("10.9.0.2")).hasValue(Doubt.AMBIGUOUS);
  }

  /** As the closed driver's nodes are, and those that are known by their names. */
  @Test
  void aNodeMayBeRegisteredByItsAddressOrName() {
    assertThat(registered("10.9.0.1")).isEmpty();
    assertThat(registered("node-1")).isEmpty();
  }

  private static Optional<Doubt> registered(String id) {
    return new HostOffProof(true, NAMES, INSTANCE, Optional.of(id), STOPPED).findDoubt();
  }

  @Test
  void aHostAtOtherAddressesIsAnotherOne() {
    Optional<Shown> elsewhere = Optional.of(new Shown(true, "Stopped", List.of("10.9.0.9")));
    assertThat(new HostOffProof(true, NAMES, INSTANCE, REGISTERED, elsewhere).findDoubt())
        .hasValue(Doubt.AMBIGUOUS);
    Optional<Shown> untold = Optional.of(new Shown(true, "Stopped", List.of()));
    assertThat(new HostOffProof(true, NAMES, INSTANCE, REGISTERED, untold).findDoubt()).isEmpty();
  }

  @Test
  void aHostThatWasNotShownProvesNothing() {
    assertThat(new HostOffProof(true, NAMES, INSTANCE, REGISTERED, Optional.empty()).findDoubt())
        .hasValue(Doubt.NOT_READ);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Running",
        "Stopping",
        "Starting",
        "Rebooting",
        "Initializing",
        "Install Fail",
        "Migrating",
        ""
      })
  void anyOtherStateMayBeThatOfARunningHost(String state) {
    Optional<Shown> shown = Optional.of(new Shown(true, state, List.of()));
    assertThat(new HostOffProof(true, NAMES, INSTANCE, REGISTERED, shown).findDoubt())
        .hasValue(Doubt.NOT_OFF);
  }
}
