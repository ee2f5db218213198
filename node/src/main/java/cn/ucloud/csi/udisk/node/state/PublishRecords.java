package cn.ucloud.csi.udisk.node.state;

import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.node.mount.MountOptions;
import cn.ucloud.csi.udisk.node.request.Access;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * What was asked for at each target path, written before the bind mount.
 *
 * <p>A read-only bind mount takes two system calls, and after the first it looks like a writable
 * one. Only the record tells "cut short" from "published writable".
 */
public final class PublishRecords {
  private static final String TARGET = "target";
  private static final String OPTIONS = "options";
  private static final String ACCESS = "access";

  private final StateDirectory state;

  public PublishRecords(StateDirectory state) {
    this.state = state;
  }

  /** The fingerprint of the options asked for at {@code target}. */
  public Optional<String> findOptions(VolumeId volume, Path target) {
    return state.find(file(volume, target)).flatMap(f -> Optional.ofNullable(f.get(OPTIONS)));
  }

  /** Who was to use the volume at {@code target}; a record of an older driver does not say. */
  public Optional<Access> findAccess(VolumeId volume, Path target) {
    return state
        .find(file(volume, target))
        .flatMap(fields ->
            Arrays.stream(Access.values())
                .filter(access -> access.name().equals(fields.get(ACCESS)))
                .findFirst());
  }

  /** Whether a raw volume, which has no other options, was to be only read at {@code target}. */
  public boolean isReadOnly(VolumeId volume, Path target) {
    return findOptions(volume, target)
        .filter(MountOptions.NONE.readOnly().fingerprint()::equals)
        .isPresent();
  }

  /** All targets of a volume, mounted or not. */
  public List<Path> targets(VolumeId volume) {
    return state.list(directory(volume)).stream()
        .flatMap(name -> state.find(name).stream())
        .flatMap(fields -> Optional.ofNullable(fields.get(TARGET)).stream())
        .flatMap(PublishRecords::path)
        .toList();
  }

  /** None for what nobody of ours has written. */
  private static Stream<Path> path(String target) {
    try {
      return Stream.of(Path.of(target));
    } catch (InvalidPathException _) {
      return Stream.empty();
    }
  }

  public void write(VolumeId volume, Path target, String options, Access access) {
    state.write(
        file(volume, target),
        Map.of(TARGET, target.toString(), OPTIONS, options, ACCESS, access.name()));
  }

  public void remove(VolumeId volume, Path target) {
    state.remove(file(volume, target));
    state.removeEmpty(directory(volume));
  }

  private static Path directory(VolumeId volume) {
    return Path.of(".published", volume.value());
  }

  /** A target path is longer than a file name may be, so its hash is the name. */
  private static Path file(VolumeId volume, Path target) {
    byte[] path = target.toString().getBytes(StandardCharsets.UTF_8);
    return directory(volume).resolve(UUID.nameUUIDFromBytes(path).toString());
  }
}
