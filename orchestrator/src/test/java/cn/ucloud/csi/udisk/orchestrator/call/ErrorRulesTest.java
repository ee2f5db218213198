package cn.ucloud.csi.udisk.orchestrator.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The rules against the table that was read from the sidecars' sources. */
class ErrorRulesTest {
  private static final Set<Code> MAYBE_RUNNING =
      EnumSet.of(Code.CANCELLED, Code.DEADLINE_EXCEEDED, Code.UNAVAILABLE, Code.ABORTED);

  @Test
  void fourCodesKeepTheProvisionerCalling() {
    assertThat(codes(ErrorRules.PROVISIONER, Verdict.UNCERTAIN)).isEqualTo(MAYBE_RUNNING);
    assertThat(codes(ErrorRules.PROVISIONER, Verdict.RESCHEDULE)).isEmpty();
  }

  @Test
  void exhaustedResourcesSendThePodElsewhereWhenThatIsPossible() {
    assertThat(codes(ErrorRules.PROVISIONER_WITH_NODE, Verdict.UNCERTAIN)).isEqualTo(MAYBE_RUNNING);
    assertThat(codes(ErrorRules.PROVISIONER_WITH_NODE, Verdict.RESCHEDULE))
        .containsExactly(Code.RESOURCE_EXHAUSTED);
  }

  @Test
  void exhaustedResourcesAreNotFinalForAttacherAndKubelet() {
    Set<Code> expected = EnumSet.copyOf(MAYBE_RUNNING);
    expected.add(Code.RESOURCE_EXHAUSTED);
    assertThat(codes(ErrorRules.ATTACHER_AND_KUBELET, Verdict.UNCERTAIN)).isEqualTo(expected);
  }

  @Test
  void onlyOkIsOk() {
    for (ErrorRules rules : ErrorRules.values()) {
      assertThat(codes(rules, Verdict.OK)).containsExactly(Code.OK);
    }
  }

  private static Set<Code> codes(ErrorRules rules, Verdict verdict) {
    return EnumSet.allOf(Code.class).stream()
        .filter(code -> rules.verdict(code) == verdict)
        .collect(Collectors.toSet());
  }
}
