package cn.ucloud.csi.udisk.node.sysfs;

import cn.ucloud.csi.udisk.common.error.DriverException.HostRefused;
import cn.ucloud.csi.udisk.common.model.QueueSettings.Setting;
import cn.ucloud.csi.udisk.node.linux.FailedCall;
import cn.ucloud.csi.udisk.node.linux.OpenFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How the kernel treats the requests of one disk, {@code /sys/block/DISK/queue}. A change waits for
 * the requests that are under way, so it is for the thread of an operation.
 */
public final class BlockQueue {
  private final Path directory;

  BlockQueue(Path directory) {
    this.directory = directory;
  }

  /** The value in force; empty if this disk has no such setting. */
  public Optional<String> find(Setting setting) {
    return SysAttribute.ask(directory.resolve(setting.file())).map(BlockQueue::chosen);
  }

  /** Where there is a choice, the chosen word stands in brackets: {@code [none] mq-deadline}. */
  private static String chosen(String text) {
    int begin = text.indexOf('[');
    int end = text.indexOf(']');
    return begin >= 0 && begin < end ? text.substring(begin + 1, end) : text;
  }

  /** The schedulers that are there; the kernel may load more when one is asked for. */
  public List<String> schedulers() {
    return SysAttribute.ask(directory.resolve(Setting.SCHEDULER.file())).stream()
        .flatMap(text -> Arrays.stream(text.replaceAll("[\\[\\]]", "").split("\\s+", -1)))
        .toList();
  }

  /** The largest request that the disk takes. */
  public OptionalLong mostKb() {
    return SysAttribute.ask(directory.resolve("max_hw_sectors_kb")).stream()
        .mapToLong(Long::parseLong)
        .findFirst();
  }

  /**
   * Changes a setting, unless it has that value.
   *
   * @throws HostRefused if the kernel refuses, or makes another value of it
   */
  public void set(Setting setting, String value) {
    Optional<String> wanted = Optional.of(value);
    if (find(setting).equals(wanted)) {
      return;
    }
    Path file = directory.resolve(setting.file());
    try (OpenFile open = OpenFile.write(file)) {
      open.writeAt(0, value.getBytes(StandardCharsets.US_ASCII));
    } catch (FailedCall e) {
      throw new HostRefused("cannot write %s to %s: %s".formatted(value, file, e.errno()), e);
    } catch (IOException e) {
      throw new HostRefused("cannot write %s to %s: %s".formatted(value, file, e.getMessage()), e);
    }
    Optional<String> made = find(setting);
    if (!made.equals(wanted)) {
      throw new HostRefused(
          "%s is %s after %s was written to it".formatted(file, made.orElse("empty"), value));
    }
  }
}
