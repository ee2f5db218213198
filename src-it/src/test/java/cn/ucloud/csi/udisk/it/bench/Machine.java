package cn.ucloud.csi.udisk.it.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Where figures come from: without that they mean nothing. */
final class Machine {
  private static final Path LOAD = Path.of("/proc/loadavg");

  private Machine() {}

  static Map<String, String> describe() {
    Map<String, String> machine = new LinkedHashMap<>();
    machine.put("date", Instant.now().toString());
    machine.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
    machine.put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    machine.put("jdk", System.getProperty("java.runtime.version", "unknown"));
    machine.put("load when it began", load());
    return machine;
  }

  /** How many processes wanted a core in the last minute, five and fifteen. */
  private static String load() {
    try {
      return Files.exists(LOAD)
          ? Files.readString(LOAD).strip().replaceAll(" [^ ]*/.*", "")
          : "unknown";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
