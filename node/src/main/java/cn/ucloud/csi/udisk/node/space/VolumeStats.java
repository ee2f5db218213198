package cn.ucloud.csi.udisk.node.space;

import cn.ucloud.csi.udisk.common.error.DriverException.NotFound;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.node.device.DeviceNode;
import cn.ucloud.csi.udisk.node.linux.Space;
import cn.ucloud.csi.udisk.node.mount.HostPath;
import cn.ucloud.csi.udisk.node.mount.Mount;
import cn.ucloud.csi.udisk.node.mount.MountTable;
import cn.ucloud.csi.udisk.node.mount.StoppedFilesystem;
import cn.ucloud.csi.udisk.node.request.StatsQuery;
import cn.ucloud.csi.udisk.node.stage.Host;
import cn.ucloud.csi.udisk.node.sysfs.DeviceNumber;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says how large and how full a volume is.
 *
 * <p>kubelet asks every minute, for every volume, and a filesystem whose disk hangs answers never.
 * So a question that is under way is joined, not repeated: at most one thread per volume is stuck
 * (known failure D6.38).
 */
public final class VolumeStats {
  private static final Logger LOG = LoggerFactory.getLogger(VolumeStats.class);

  /** Why filesystems have stopped, as of the last question about each. */
  private final Map<VolumeId, String> stopped = new ConcurrentHashMap<>();

  private final Map<VolumeId, CompletableFuture<Space>> underWay = new ConcurrentHashMap<>();
  private final Host host;
  private final Duration patience;

  /**
   * @param patience how long a filesystem may take to answer
   */
  public VolumeStats(Host host, Duration patience) {
    this.host = host;
    this.patience = patience;
  }

  /** What is known of a volume. */
  public sealed interface Stats {
    record Filesystem(Space space) implements Stats {}

    record Raw(long bytes) implements Stats {}
  }

  /**
   * Looks now.
   *
   * @throws NotFound if the volume is not at that path
   * @throws Unavailable if its filesystem does not answer in time
   */
  public Stats read(StatsQuery query) {
    Path path = HostPath.real(query.path());
    Optional<Mount> mount = MountTable.read().topAt(path);
    Optional<DeviceNumber> expected =
        host.staged().find(query.volume()).map(record -> record.identity().number());
    // A filesystem is bound as a whole; only a device file is bound from within another one.
    if (mount.filter(Mount::isWhole).isPresent()) {
      return mount
          .filter(m -> expected.map(number -> host.mounted().shows(m, number)).orElse(true))
          .<Stats>map(m -> new Stats.Filesystem(ask(query.volume(), m)))
          .orElseThrow(() -> notFound(query));
    }
    return device(path)
        .filter(number -> expected.map(number::equals).orElse(true))
        // Read on a virtual thread, so the disk must not be asked anything.
        .flatMap(host.sys()::findBytes)
        .<Stats>map(Stats.Raw::new)
        .orElseThrow(() -> notFound(query));
  }

  /** Why the filesystem of a volume had stopped when it was last asked, if it had. */
  public Optional<String> findStop(VolumeId volume) {
    return Optional.ofNullable(stopped.get(volume));
  }

  /** How many filesystems were asked and have not answered yet. */
  public int underWay() {
    return underWay.size();
  }

  private static NotFound notFound(StatsQuery query) {
    return new NotFound("volume " + query.volume() + " at path", query.path().toString());
  }

  private static Optional<DeviceNumber> device(Path path) {
    try {
      return DeviceNode.findNumber(path);
    } catch (IOException e) {
      throw new Unavailable("cannot inspect " + path + ": " + e.getMessage(), e);
    }
  }

  private Space ask(VolumeId volume, Mount mount) {
    Path path = mount.path();
    CompletableFuture<Space> answer = underWay.computeIfAbsent(volume, _ -> start(volume, mount));
    try {
      return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new Unavailable(
          "the filesystem of volume %s at %s has not answered for %d ms"
              .formatted(volume, path, patience.toMillis()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Unavailable("asking for the space at " + path + " was interrupted", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new IllegalStateException(e.getCause());
    }
  }

  /** kubelet can be told nothing but the space of one that has stopped, so the log is. */
  private void noteStop(VolumeId volume, Mount mount) {
    Optional<String> reason = StoppedFilesystem.findReason(MountTable.read(), mount);
    if (reason.isEmpty()) {
      stopped.remove(volume);
    } else if (stopped.put(volume, reason.get()) == null) {
      LOG.error(
          "the filesystem of volume {} has stopped, {}; its pods cannot write until it is unmounted"
              + " everywhere and staged again",
          volume,
          reason.get());
    }
  }

  private CompletableFuture<Space> start(VolumeId volume, Mount mount) {
    CompletableFuture<Space> answer = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .name("space of " + volume)
        .start(() -> {
          try {
            Space space = Space.at(mount.path());
            noteStop(volume, mount);
            answer.complete(space);
          } catch (RuntimeException | Error e) {
            answer.completeExceptionally(e);
          } finally {
            underWay.remove(volume);
          }
        });
    return answer;
  }
}
