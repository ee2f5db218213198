package cn.ucloud.csi.udisk.admin.change;

import picocli.CommandLine.Option;

/** The flags of what changes something. */
final class ChangeFlags {
  @Option(
      names = "--apply",
      description = "Do it, after the name was typed once more. Without it nothing changes.")
  private boolean apply;

  /** The shim reads it, which asks for the name; here it is known and shown. */
  @Option(
      names = "--yes",
      paramLabel = "<name>",
      description = "The name that would be typed, for scripts.")
  void yes(String name) {}

  /** Whether steps are to be handed out, and not only shown. */
  boolean isApplied() {
    return apply;
  }
}
