package cn.ucloud.csi.udisk.simulator.hypervisor;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import cn.ucloud.csi.udisk.simulator.store.StateDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What one host sees of its disks: directories like {@code /sys/block} and {@code /dev}.
 *
 * <p>As in a kernel, a device is described in sysfs before its node exists, and its node goes
 * first. Each of the two appears as a whole, so that whoever watches never reads half a device.
 */
final class GuestView {
  private final Path host;
  private final Path block;
  private final Path numbers;
  private final Path nodes;
  private final Path drafts;

  GuestView(Path host) {
    this.host = host;
    this.block = host.resolve("sys/block");
    this.numbers = host.resolve("sys/dev/block");
    this.nodes = host.resolve("dev");
    // Outside of everything a guest lists, on the same filesystem for the rename.
    this.drafts = host.resolve(".drafts");
  }

  /**
   * One device: its description, and a node unless there is nothing behind it.
   *
   * @param behind where the kernel describes what is behind it
   */
  record Device(
      String kernelName, String number, List<Attribute> attributes, Optional<Path> behind) {
    boolean hasNode() {
      return behind.isPresent();
    }
  }

  /** What a guest may change, and what the kernel counts: those of the device behind. */
  private static final List<String> LIVE = List.of("queue", "stat");

  /** One file of the description. */
  record Attribute(String name, String value) {}

  void add(Device device) {
    try {
      Path described = block.resolve(device.kernelName());
      if (shows(device)) {
        return;
      }
      remove(device.kernelName());
      for (Path directory : List.of(block, numbers, nodes, drafts)) {
        Files.createDirectories(directory);
      }
      Path draft = Files.createDirectory(drafts.resolve(device.kernelName()));
      for (Attribute attribute : device.attributes()) {
        Files.writeString(draft.resolve(attribute.name()), attribute.value() + "\n");
      }
      if (device.behind().isPresent()) {
        for (String name : LIVE) {
          Files.createSymbolicLink(draft.resolve(name), device.behind().get().resolve(name));
        }
      }
      Files.move(draft, described, ATOMIC_MOVE);
      Files.createSymbolicLink(
          numbers.resolve(device.number()), Path.of("../../block", device.kernelName()));
      if (device.hasNode()) {
        addNode(device);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot show " + device.kernelName() + " to " + host, e);
    }
  }

  private void addNode(Device device) throws IOException {
    Path draft = drafts.resolve(device.kernelName() + ".node");
    Files.deleteIfExists(draft);
    int colon = device.number().indexOf(':');
    Command.run(
        "mknod",
        "--mode=0600",
        draft.toString(),
        "b",
        device.number().substring(0, colon),
        device.number().substring(colon + 1));
    Files.move(draft, nodes.resolve(device.kernelName()), ATOMIC_MOVE);
  }

  private boolean shows(Device device) {
    Path described = block.resolve(device.kernelName());
    boolean same =
        device.attributes().stream()
            .allMatch(attribute ->
                LoopDevices.findText(described.resolve(attribute.name()))
                    .equals(Optional.of(attribute.value())));
    return same
        && Files.exists(numbers.resolve(device.number()))
        && (!device.hasNode() || Files.exists(nodes.resolve(device.kernelName())));
  }

  /** A name that shows nothing is no error. */
  void remove(String kernelName) {
    try {
      Files.deleteIfExists(nodes.resolve(kernelName));
      Path described = block.resolve(kernelName);
      Optional<String> number = LoopDevices.findText(described.resolve("dev"));
      if (number.isPresent()) {
        Files.deleteIfExists(numbers.resolve(number.get()));
      }
      Files.createDirectories(drafts);
      deleteTree(drafts.resolve(kernelName));
      if (Files.exists(described)) {
        Path going = drafts.resolve(kernelName);
        Files.move(described, going, ATOMIC_MOVE);
        deleteTree(going);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot take " + kernelName + " from " + host, e);
    }
  }

  void setAttribute(String kernelName, Attribute attribute) {
    try {
      Path draft = drafts.resolve(kernelName + "." + attribute.name());
      StateDirectory.replace(draft, (attribute.value() + "\n").getBytes(StandardCharsets.US_ASCII));
      Files.move(draft, block.resolve(kernelName).resolve(attribute.name()), ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot change " + kernelName + " of " + host, e);
    }
  }

  List<String> kernelNames() {
    if (!Files.isDirectory(block)) {
      return List.of();
    }
    try (Stream<Path> names = Files.list(block)) {
      return names.map(name -> name.getFileName().toString()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + block, e);
    }
  }

  private static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
