package cn.ucloud.csi.udisk.admin.change;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of what changes something. */
final class ChangeFlags {
  @Option(
      names = "--apply",
      description = "Do it, after the name was typed once more. Without it nothing changes.")
  private boolean apply;

  // The shim's own: what is the next step.
  @Option(names = "--next", hidden = true)
  private boolean next;

  @Option(names = "--confirmed", hidden = true)
  private @Nullable String confirmed;

  /** The shim reads it, which asks for the name; here it is known and shown. */
  @Option(
      names = "--yes",
      paramLabel = "<name>",
      description = "The name that would be typed, for scripts.")
  void yes(String name) {}

  boolean isStep() {
    return apply && next;
  }

  boolean isApplied() {
    return apply;
  }

  boolean isConfirmed(String name) {
    return name.equals(confirmed);
  }
}
