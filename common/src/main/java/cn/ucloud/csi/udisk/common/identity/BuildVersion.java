package cn.ucloud.csi.udisk.common.identity;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version this code was built as. */
public final class BuildVersion {
  private BuildVersion() {}

  /** Reads it from the resource that the build fills in. */
  public static String read() {
    Properties properties = new Properties();
    try (InputStream resource = BuildVersion.class.getResourceAsStream("version.properties")) {
      if (resource == null) {
        throw new IllegalStateException("version.properties is not on the class path");
      }
      properties.load(resource);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version", "");
  }
}
