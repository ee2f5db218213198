package cn.ucloud.csi.udisk.admin.command;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that most commands have. */
public final class CommonFlags {
  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "<namespace>",
      description = "Of claims and pods. Default: that of the current context.")
  private @Nullable String namespace;

  @Option(
      names = {"-A", "--all-namespaces"},
      description = "All namespaces.")
  private boolean isAll;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "<form>",
      description = "wide, or json.")
  private @Nullable String output;

  @Option(
      names = "--all-disks",
      description =
          "Read every disk of the region: at two requests a second, a minute for 12 000 disks.")
  private boolean allDisks;

  /** Empty for all namespaces. */
  public String namespace(Session session) {
    return isAll ? "" : namespace == null ? session.invocation().contextNamespace() : namespace;
  }

  public boolean isWide() {
    return "wide".equals(output);
  }

  public boolean isJson() {
    return "json".equals(output);
  }

  public boolean allDisks() {
    return allDisks;
  }
}
