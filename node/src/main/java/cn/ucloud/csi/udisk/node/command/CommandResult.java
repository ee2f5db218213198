package cn.ucloud.csi.udisk.node.command;

import java.util.List;

/**
 * How a program ended.
 *
 * @param output the beginning of what it wrote to standard output
 * @param errors the beginning of what it wrote to standard error
 */
public record CommandResult(List<String> command, int exitCode, String output, String errors) {

  /** One sentence for an error message: the program, its exit code and what it said. */
  public String sentence() {
    String said = (errors.isBlank() ? output : errors).strip().replaceAll("\\s+", " ");
    return String.join(" ", command) + " ended with exit code " + exitCode + ": " + said;
  }
}
