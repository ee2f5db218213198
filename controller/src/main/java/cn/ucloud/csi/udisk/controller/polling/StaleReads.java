package cn.ucloud.csi.udisk.controller.polling;

import cn.ucloud.csi.udisk.common.concurrent.TimeSource;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tells reads of a disk that may show what was before an earlier read: several servers answer, and
 * some of them lag. A state that this process saw the disk leave is believed again only after the
 * lag, or when the disk is seen on its way there.
 */
public final class StaleReads {
  /** Where a disk is, as far as that tells one moment of its life from another. */
  private enum Stage {
    ABSENT,
    /** On no host. */
    FREE,
    ATTACHING,
    ATTACHED,
    DETACHING
  }

  private record Place(Stage stage, String host) {
    /** Empty if nothing can be concluded from what is seen. */
    static Optional<Place> of(Optional<UDisk> seen) {
      if (seen.isEmpty()) {
        return Optional.of(new Place(Stage.ABSENT, ""));
      }
      String host = seen.get().hostId().orElse("");
      return switch (seen.get().status()) {
        case ATTACHING -> Optional.of(new Place(Stage.ATTACHING, host));
        case INUSE -> Optional.of(new Place(Stage.ATTACHED, host));
        case DETACHING -> Optional.of(new Place(Stage.DETACHING, host));
        case AVAILABLE, INITIALIZATING, INITIALIZING, FAILED, CLONING, RESTORING, RESTOREFAILED ->
            host.isEmpty() ? Optional.of(new Place(Stage.FREE, "")) : Optional.empty();
        case UNKNOWN -> Optional.empty();
      };
    }

    boolean isNextAfter(Place before) {
      return switch (stage) {
        case ABSENT -> false;
        case FREE -> before.stage == Stage.DETACHING;
        case ATTACHING -> before.stage == Stage.FREE;
        case ATTACHED -> before.stage == Stage.ATTACHING && before.host.equals(host);
        case DETACHING -> before.stage == Stage.ATTACHED && before.host.equals(host);
      };
    }
  }

  /**
   * What is known of one disk.
   *
   * @param met when it was seen first of all
   * @param since when it was first seen where it is
   * @param away when it was first seen not free, if it was seen free before
   * @param left where it was seen before, and when it was first seen elsewhere
   */
  private record Track(Place place, long met, long since, long away, Map<Place, Long> left) {}

  /**
   * Of a disk that was changed before this process had seen it: since when, what is new for
   * certain, and the first sight.
   */
  private record Unsure(long since, Predicate<UDisk> isNew, Optional<Place> first) {}

  private final Map<String, Track> tracks = new ConcurrentHashMap<>();
  private final Map<String, Unsure> unsure = new ConcurrentHashMap<>();
  private final Duration lag;
  private final TimeSource time;

  /**
   * @param lag how old what a read shows can be
   */
  public StaleReads(Duration lag, TimeSource time) {
    this.lag = lag;
    this.time = time;
  }

  /**
   * The process before this one has just seen a change of this disk.
   *
   * @param isNew what shows that change and cannot be from before it
   */
  public void distrust(String diskId, Predicate<UDisk> isNew) {
    unsure.put(diskId, new Unsure(time.now(), isNew, Optional.empty()));
  }

  /**
   * Whether {@code seen} cannot be what was before the last sight; then it is the last one from now
   * on.
   */
  public boolean isCurrent(String diskId, Optional<UDisk> seen) {
    Optional<Place> place = Place.of(seen);
    if (place.isPresent()) {
      if (mayBeFromBeforeThisProcess(diskId, seen, place.get())) {
        return false;
      }
      Track before = tracks.get(diskId);
      if (before != null && mayBePast(place.get(), before)) {
        return false;
      }
      saw(diskId, place.get(), before);
    }
    return true;
  }

  /** Until the lag has passed; where the disk is seen to go on, that is no past. */
  private boolean mayBeFromBeforeThisProcess(String diskId, Optional<UDisk> seen, Place place) {
    Unsure before = unsure.get(diskId);
    if (before == null) {
      return false;
    }
    if (!isRecent(before.since)
        || seen.filter(before.isNew).isPresent()
        || before.first.filter(place::isNextAfter).isPresent()) {
      unsure.remove(diskId);
      return false;
    }
    unsure.put(diskId, new Unsure(before.since, before.isNew, Optional.of(place)));
    return true;
  }

  private boolean mayBePast(Place place, Track track) {
    if (place.equals(track.place) || place.isNextAfter(track.place)) {
      return false;
    }
    if (track.place.stage == Stage.ABSENT) {
      return isRecent(track.since);
    }
    return switch (place.stage) {
      case ABSENT -> isRecent(track.met); // so it was before it was made
      case FREE -> isRecent(track.away); // so it was before it was attached
      case ATTACHING, ATTACHED, DETACHING -> {
        Long left = track.left.get(place);
        yield left != null && isRecent(left);
      }
    };
  }

  private void saw(String diskId, Place place, @Nullable Track before) {
    long now = time.now();
    if (before == null) {
      forgetOld();
      tracks.put(diskId, new Track(place, now, now, now - lag.toNanos(), Map.of()));
    } else if (!place.equals(before.place)) {
      boolean wasFree = before.place.stage == Stage.FREE || before.place.stage == Stage.ABSENT;
      Map<Place, Long> left =
          Stream.concat(
                  before.left.entrySet().stream().filter(entry -> isRecent(entry.getValue())),
                  Stream.of(Map.entry(before.place, now)))
              .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, Math::max));
      tracks.put(diskId, new Track(place, before.met, now, wasFree ? now : before.away, left));
    }
  }

  /** What did not change for so long contradicts no read any more. */
  private void forgetOld() {
    tracks.values().removeIf(track -> !isRecent(track.since));
  }

  private boolean isRecent(long moment) {
    return time.now() - moment < lag.toNanos();
  }
}
