package cn.ucloud.csi.udisk.node.state;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Files of {@code key=value} lines under {@code --state-dir}, each written whole or not at all.
 *
 * <p>Every file names the boot it was written in, and one of another boot reads as absent: device
 * numbers and disk sequence numbers start again, so an old file could match a new device. The
 * directory is meant to be on {@code /run}, but nothing bad happens where it is not.
 */
public final class StateDirectory {
  private static final String BOOT = "boot";
  private static final String UNFINISHED = ".tmp";

  private final Path root;
  private final String bootId;

  public StateDirectory(Path root, String bootId) {
    this.root = root;
    this.bootId = bootId;
  }

  /**
   * A directory whose files count until the next boot.
   *
   * @throws Unavailable if the kernel does not say which boot this is
   */
  public static StateDirectory ofThisBoot(Path root) {
    Path source = Path.of("/proc/sys/kernel/random/boot_id");
    try {
      return new StateDirectory(root, Files.readString(source).strip());
    } catch (IOException e) {
      throw new Unavailable("cannot read " + source + ": " + e.getMessage(), e);
    }
  }

  /**
   * The fields of a file of this boot, if there is one; what is no text was not written by us.
   *
   * @throws Unavailable if there is one that cannot be read
   */
  public Optional<Map<String, String>> find(Path name) {
    try {
      return Optional.of(parse(Files.readString(root.resolve(name))))
          .filter(fields -> bootId.equals(fields.get(BOOT)));
    } catch (NoSuchFileException | CharacterCodingException _) {
      return Optional.empty();
    } catch (IOException e) {
      throw failed("read", name, e);
    }
  }

  /**
   * Writes a file, in place of an older one.
   *
   * @param fields without line breaks
   * @throws Unavailable if it cannot be written; then the older one is still there
   */
  public void write(Path name, Map<String, String> fields) {
    Path file = root.resolve(name);
    Path unfinished = root.resolve(name + UNFINISHED);
    Map<String, String> all = new LinkedHashMap<>(fields);
    all.put(BOOT, bootId);
    try {
      Files.createDirectories(root.resolve(name).resolveSibling(""));
      Files.writeString(
          unfinished,
          all.entrySet().stream()
              .map(e -> e.getKey() + "=" + e.getValue() + "\n")
              .collect(Collectors.joining()));
      Files.move(
          unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw failed("write", name, e);
    }
  }

  /** Removes a file; does nothing if there is none. */
  public void remove(Path name) {
    try {
      Files.deleteIfExists(root.resolve(name + UNFINISHED));
      Files.deleteIfExists(root.resolve(name));
    } catch (IOException e) {
      throw failed("remove", name, e);
    }
  }

  /** Removes a directory that holds nothing any more; does nothing if it does, or is not there. */
  public void removeEmpty(Path directory) {
    try {
      Files.deleteIfExists(root.resolve(directory));
    } catch (DirectoryNotEmptyException _) {
      // Something of it still counts.
    } catch (IOException e) {
      throw failed("remove", directory, e);
    }
  }

  /** The names of all files in a directory of this one; none if it does not exist. */
  public List<Path> list(Path directory) {
    try (Stream<Path> files = Files.list(root.resolve(directory))) {
      return files
          .map(root::relativize)
          .filter(name -> !name.toString().endsWith(UNFINISHED))
          .toList();
    } catch (NoSuchFileException _) {
      return List.of();
    } catch (IOException e) {
      throw failed("list", directory, e);
    }
  }

  private static Map<String, String> parse(String text) {
    return text.lines()
        .filter(line -> line.indexOf('=') > 0)
        .collect(
            Collectors.toMap(
                line -> line.substring(0, line.indexOf('=')),
                line -> line.substring(line.indexOf('=') + 1),
                (first, _) -> first));
  }

  private Unavailable failed(String verb, Path name, IOException e) {
    return new Unavailable("cannot " + verb + " " + root.resolve(name) + ": " + e.getMessage(), e);
  }
}
