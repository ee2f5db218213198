package cn.ucloud.csi.udisk.common.grpc.socket;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** The unix socket this driver serves, as an absolute path. */
public record CsiEndpoint(Path path) {
  /** {@code sun_path} of unix(7) has 108 bytes, the last of which is a zero. */
  private static final int LONGEST_PATH_BYTES = 107;

  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:.*");

  /**
   * @throws InvalidRequest if the path is relative, a root, or longer than a socket address holds
   */
  public CsiEndpoint {
    if (!path.isAbsolute() || path.getFileName() == null) {
      throw new InvalidRequest("endpoint", "\"" + path + "\" does not name a socket file");
    }
    int bytes = path.toString().getBytes(StandardCharsets.UTF_8).length;
    if (bytes > LONGEST_PATH_BYTES) {
      throw new InvalidRequest(
          "endpoint",
          "\"%s\" is %d bytes long, and a unix socket address holds %d"
              .formatted(path, bytes, LONGEST_PATH_BYTES));
    }
  }

  /**
   * Reads {@code unix:///p}, {@code unix://p}, {@code unix:p} or a bare path.
   *
   * <p>What follows {@code unix://} counts from the root even without its slash: the manifests of
   * UCloud's closed driver say {@code unix://csi/csi.sock} and mean {@code /csi/csi.sock}. The
   * other two forms may be relative to the working directory.
   *
   * @throws InvalidRequest if it is none of these
   */
  public static CsiEndpoint parse(String text) {
    try {
      if (text.startsWith("unix://")) {
        return new CsiEndpoint(Path.of("/", text.substring("unix://".length())));
      }
      String file = text.startsWith("unix:") ? text.substring("unix:".length()) : text;
      if (file.isEmpty() || SCHEME.matcher(file).matches()) {
        throw new InvalidRequest(
            "endpoint", "\"" + text + "\" is not a unix socket such as unix:///csi/csi.sock");
      }
      return new CsiEndpoint(Path.of(file).toAbsolutePath());
    } catch (InvalidPathException e) {
      throw new InvalidRequest("endpoint", "is not a path: " + e.getReason());
    }
  }

  @Override
  public String toString() {
    return "unix://" + path;
  }
}
