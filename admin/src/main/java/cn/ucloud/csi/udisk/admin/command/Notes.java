package cn.ucloud.csi.udisk.admin.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * What a plan has noted of itself in earlier rounds, which the plugin brings back on standard
 * input, and what else is there. Nothing is concluded of it that can be read of the objects.
 *
 * @param lines each as {@code KEY VALUE}, in their order
 * @param others what is no note
 */
public record Notes(List<String> lines, List<String> others) {
  private static final String MARK = "note\t";
  private static final int MOST = 1 << 16;

  /** Reads all of it. */
  public static Notes read(InputStream in) {
    try {
      List<String> all = new String(in.readNBytes(MOST), StandardCharsets.UTF_8).lines().toList();
      return new Notes(
          all.stream()
              .filter(line -> line.startsWith(MARK))
              .map(line -> line.substring(MARK.length()))
              .toList(),
          all.stream().filter(line -> !line.startsWith(MARK)).toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The value that was noted last under this key. */
  public Optional<String> find(String key) {
    return lines.stream()
        .filter(line -> line.startsWith(key + " "))
        .map(line -> line.substring(key.length() + 1))
        .reduce((_, last) -> last);
  }
}
