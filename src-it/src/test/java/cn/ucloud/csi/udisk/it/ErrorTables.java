package cn.ucloud.csi.udisk.it;

import java.util.List;

/** The tables of {@code docs/errors.md}: what is promised to operators is what is tested. */
final class ErrorTables {
  private ErrorTables() {}

  /** What one call answers; a failure of "—" is none. */
  record CallRow(String rpc, String situation, String failure, String code, String names) {
    String key() {
      return rpc + ": " + situation;
    }
  }

  /** How a type of failure is answered. */
  record FailureRow(String failure, String family, String code) {}

  /** What a process says that does not start. */
  record StartRow(String situation, int exitCode, String names) {}

  static List<CallRow> calls() {
    return rows("What each call answers").stream()
        .map(c -> new CallRow(c.get(0), c.get(1), c.get(2), c.get(3), c.get(4)))
        .toList();
  }

  /** The same of a node process that lacks something. */
  static List<CallRow> lacks() {
    return rows("What a node lacks").stream()
        .map(c -> new CallRow(c.get(1), c.get(0), c.get(2), c.get(3), c.get(4)))
        .toList();
  }

  static List<FailureRow> failures() {
    return rows("What the callers make of it").stream()
        .map(c -> new FailureRow(c.get(0), c.get(1), c.get(2)))
        .toList();
  }

  static List<StartRow> starts() {
    return rows("What a process says that does not start").stream()
        .map(c -> new StartRow(c.get(0), Integer.parseInt(c.get(1)), c.get(2)))
        .toList();
  }

  private static List<List<String>> rows(String heading) {
    return MarkdownTables.rows("errors.md", heading);
  }
}
