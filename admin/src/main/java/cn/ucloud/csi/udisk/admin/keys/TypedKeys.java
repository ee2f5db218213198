package cn.ucloud.csi.udisk.admin.keys;

import cn.ucloud.csi.udisk.admin.command.Notes;
import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.ucloud.credentials.Credentials;
import java.util.List;

/** Keys as somebody types them: the public one on a line, and the private one on the next. */
public final class TypedKeys {
  private TypedKeys() {}

  /**
   * Reads them; no sentence shows what was typed.
   *
   * @throws InvalidRequest if these are no two keys
   */
  public static Credentials of(Notes input) {
    List<String> lines =
        input.others().stream().map(String::strip).filter(line -> !line.isEmpty()).toList();
    if (lines.size() != 2) {
      throw new InvalidRequest(
          "standard input",
          "must be two lines, the public key and the private key; it has " + lines.size());
    }
    return Credentials.of(lines.getFirst(), lines.getLast());
  }
}
