package cn.ucloud.csi.udisk.node.request;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.error.DriverException.NotFound;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** The rule for paths that kubelet gives us. */
final class Paths {
  /** Linux' NAME_MAX and PATH_MAX in bytes, the latter without the end mark. */
  private static final int LONGEST_NAME = 255;

  private static final int LONGEST_PATH = 4095;

  private Paths() {}

  /**
   * A path to mount on.
   *
   * @throws InvalidRequest if it is missing or no path that kubelet has
   */
  static Path require(String field, String value) {
    Path path =
        find(field, value)
            .orElseThrow(() ->
                new InvalidRequest(
                    field, "must be an absolute path without '.' and '..', not " + value));
    if (isTooLong(path)) {
      throw new InvalidRequest(
          field,
          "must not be longer than "
              + LONGEST_PATH
              + " bytes, nor a name in it than "
              + LONGEST_NAME
              + ": no such path can be made");
    }
    return path;
  }

  /**
   * A path at which a volume is looked for.
   *
   * @throws InvalidRequest if it is missing
   * @throws NotFound if no volume can be there
   */
  static Path requireWithVolume(String field, String value) {
    return find(field, value)
        .filter(path -> !isTooLong(path))
        .orElseThrow(() -> new NotFound(field, value));
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

  private static boolean isTooLong(Path path) {
    return bytes(path) > LONGEST_PATH
        || StreamSupport.stream(path.spliterator(), false)
            .anyMatch(name -> bytes(name) > LONGEST_NAME);
  }

  private static int bytes(Path path) {
    return path.toString().getBytes(StandardCharsets.UTF_8).length;
  }
}
