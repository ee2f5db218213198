package cn.ucloud.csi.udisk.node.request;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.error.DriverException.NotFound;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** The rule for paths that kubelet gives us. */
final class Paths {
  private Paths() {}

  /**
   * A path to mount on.
   *
   * @throws InvalidRequest if it is missing or no path that kubelet has
   */
  static Path require(String field, String value) {
    return find(field, value)
        .orElseThrow(() ->
            new InvalidRequest(
                field, "must be an absolute path without '.' and '..', not " + value));
  }

  /**
   * A path at which a volume is looked for.
   *
   * @throws InvalidRequest if it is missing
   * @throws NotFound if no volume can be there
   */
  static Path requireWithVolume(String field, String value) {
    return find(field, value).orElseThrow(() -> new NotFound(field, value));
  }

  private static Optional<Path> find(String field, String value) {
    if (value.isEmpty()) {
      throw new InvalidRequest(field, "is missing");
    }
    if (value.chars().anyMatch(Character::isISOControl)) {
      throw new InvalidRequest(field, "must not contain control characters");
    }
    try {
      return Optional.of(Path.of(value))
          .filter(path -> path.isAbsolute() && path.equals(path.normalize()))
          .filter(path -> path.getNameCount() > 0);
    } catch (InvalidPathException _) {
      return Optional.empty();
    }
  }
}
