package cn.ucloud.csi.udisk.node.request;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** The rule for paths that kubelet gives us to mount on. */
final class Paths {
  private Paths() {}

  static Path require(String field, String value) {
    if (value.isEmpty()) {
      throw new InvalidRequest(field, "is missing");
    }
    if (value.chars().anyMatch(Character::isISOControl)) {
      throw new InvalidRequest(field, "must not contain control characters");
    }
    try {
      Path path = Path.of(value);
      if (path.isAbsolute() && path.equals(path.normalize()) && path.getNameCount() > 0) {
        return path;
      }
    } catch (InvalidPathException _) {
      // Refused below, like any other text that is not such a path.
    }
    throw new InvalidRequest(field, "must be an absolute path without '.' and '..', not " + value);
  }
}
