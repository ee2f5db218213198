package cn.ucloud.csi.udisk.it.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What a process has taken so far.
 *
 * @param residentMb VmRSS; files that are mapped, such as the JVM's library, are part of it
 * @param anonymousMb Pss_Anon of smaps_rollup: what the kernel cannot drop
 * @param cpu user and system time, in steps of 10 ms
 */
public record Usage(double residentMb, double anonymousMb, Duration cpu) {
  private static final int TICKS_PER_SECOND = 100;

  public static Usage of(long pid) {
    Path process = Path.of("/proc", Long.toString(pid));
    try {
      // After the command's name, which may hold anything, in its parentheses.
      String stat = Files.readString(process.resolve("stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
      return new Usage(
          kibibytes(process.resolve("status"), "VmRSS:") / 1024.0,
          kibibytes(process.resolve("smaps_rollup"), "Pss_Anon:") / 1024.0,
          Duration.ofMillis(ticks * 1000 / TICKS_PER_SECOND));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long kibibytes(Path file, String key) throws IOException {
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith(key))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow(() -> new IOException("no " + key + " in " + file));
  }
}
