package cn.ucloud.csi.udisk.admin.command;

import cn.ucloud.csi.udisk.admin.check.Code.Severity;
import cn.ucloud.csi.udisk.admin.check.Finding;
import cn.ucloud.csi.udisk.admin.facts.Facts;
import cn.ucloud.csi.udisk.admin.facts.Facts.Gap;
import java.util.List;

/** What a command ends with; scripts depend on these numbers. */
public final class ExitCode {
  public static final int FINE = 0;
  public static final int WARNINGS = 1;
  public static final int USAGE = 2;
  public static final int ERRORS = 3;
  public static final int NOT_PERMITTED = 4;
  public static final int UNREACHABLE = 5;

  private ExitCode() {}

  /** The worst of what was found. */
  public static int of(List<Finding> findings) {
    if (findings.stream().anyMatch(finding -> finding.code().severity() == Severity.ERROR)) {
      return ERRORS;
    }
    return findings.isEmpty() ? FINE : WARNINGS;
  }

  /** An error for what is not as it must be, unless the cluster itself could not be read. */
  public static int of(Facts facts, boolean isFine) {
    int reading = ofReading(facts);
    return reading != FINE ? reading : isFine ? FINE : ERRORS;
  }

  /** Whether what is shown was read. */
  public static int ofReading(Facts facts) {
    return of(facts, List.of());
  }

  /** The same, unless the cluster itself could not be read. */
  public static int of(Facts facts, List<Finding> findings) {
    if (has(facts, Gap.Kind.CLUSTER_UNREACHABLE)) {
      return UNREACHABLE;
    }
    return has(facts, Gap.Kind.NOT_PERMITTED) ? NOT_PERMITTED : of(findings);
  }

  private static boolean has(Facts facts, Gap.Kind kind) {
    return facts.gaps().stream().anyMatch(gap -> gap.kind() == kind);
  }
}
