package cn.ucloud.csi.udisk.controller.reads;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;

import cn.ucloud.csi.udisk.common.concurrent.TimeSource;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.controller.cloud.DiskApi;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The looks of all who wait for a disk or begin to work on one (decision 11). Few ask each for
 * their own disk. In a crowd one call shows all disks of a host to those who wait for it, and a
 * walk through the pages of the region serves the others, where that is fewer calls.
 *
 * <p>A shared look serves those who asked before it began, and nobody else: a look must be younger
 * than the question, and than the order whose effect it shows. What it has not met is concluded to
 * be absent only where {@link PageWalk} proves it, else it is asked for by itself. So is everything
 * when a shared look fails.
 */
public final class SharedDiskReads {
  private static final Logger LOG = LoggerFactory.getLogger(SharedDiskReads.class);

  /** A call is worth it for so many who have waited for as long as such work takes. */
  private static final int WORTH_A_CALL = 12;

  /** Whoever has waited for so long waits for no others; for less where few are present. */
  private static final Duration PATIENCE = Duration.ofMillis(3500);

  private static final Duration PATIENCE_FOR_EACH = Duration.ofMillis(60);

  /** For how long those who begin wait for each other. */
  private static final Duration MOMENT = Duration.ofMillis(250);

  /** So few who begin at once do not wait for others. */
  private static final int FEW = 2;

  private static final int MOST = 10_000;

  private final DiskApi disks;
  private final ActiveReaders readers;
  private final TimeSource time;
  private final Map<String, Place> hosts = new ConcurrentHashMap<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicInteger beginning = new AtomicInteger();
  private final Batcher<Query, List<UDisk>> waiters;
  private final Batcher<Query, List<UDisk>> beginners;
  private volatile int pages = 1;

  /** What somebody looks for. */
  private sealed interface Query {
    /** How many calls it takes alone. */
    int calls();

    record ById(VolumeId id, boolean mayBeAbsent) implements Query {
      @Override
      public int calls() {
        return 1;
      }
    }

    record ByName(List<String> names) implements Query {
      @Override
      public int calls() {
        return names.size();
      }
    }
  }

  /** Those who wait for disks to come to a host. */
  private final class Place {
    private final NodeId host;
    private final AtomicInteger present = new AtomicInteger();
    private final Batcher<VolumeId, Optional<UDisk>> looks =
        new Batcher<>(time, this::isOver, MOST, this::read);

    private Place(String host) {
      this.host = new NodeId(host);
    }

    private Place oneMore() {
      present.incrementAndGet();
      return this;
    }

    private @Nullable Place oneLess() {
      return present.decrementAndGet() == 0 ? null : this;
    }

    private boolean isOver(int asks, Duration waited) {
      int here = Math.max(1, present.get());
      return asks >= WORTH_A_CALL
          || waited.compareTo(patience().multipliedBy(here - 1).dividedBy(here)) >= 0
          || !readers.areMany();
    }

    private Map<VolumeId, Optional<UDisk>> read(List<VolumeId> ids) {
      if (ids.size() == 1) {
        return Map.of(ids.getFirst(), disks.find(ids.getFirst()));
      }
      return disks.on(host).stream()
          .collect(toMap(disk -> new VolumeId(disk.id()), Optional::of, (a, _) -> a));
    }
  }

  public SharedDiskReads(DiskApi disks, ActiveReaders readers, TimeSource time) {
    this.disks = disks;
    this.readers = readers;
    this.time = time;
    this.waiters = new Batcher<>(time, this::haveWaitersGathered, MOST, this::readAll);
    this.beginners =
        new Batcher<>(time, (_, waited) -> waited.compareTo(MOMENT) >= 0, MOST, this::readAll);
  }

  /**
   * One more waits, until {@link #leave}.
   *
   * @param host where the disk is to come; empty if it does not come to a host
   */
  public void enter(Optional<String> host) {
    readers.enter();
    if (host.isEmpty()) {
      waiting.incrementAndGet();
    } else {
      hosts.compute(host.get(), (id, place) -> (place == null ? new Place(id) : place).oneMore());
    }
  }

  public void leave(Optional<String> host) {
    if (host.isEmpty()) {
      waiting.decrementAndGet();
    } else {
      hosts.computeIfPresent(host.get(), (_, place) -> place.oneLess());
    }
    readers.leave();
  }

  /**
   * The disk as it is shown now, or in a crowd when a look serves enough of those who wait as well.
   *
   * @param host as for {@link #enter}
   */
  public Optional<UDisk> find(VolumeId id, Optional<String> host) {
    if (!readers.areMany()) {
      return disks.find(id);
    }
    if (host.isPresent()) {
      return requireNonNull(hosts.get(host.get()), "nobody has entered").looks.read(id);
    }
    // A walk cannot be fewer calls than there are who could share it.
    return waiting.get() > pages
        ? waiters.read(new Query.ById(id, true)).stream().findFirst()
        : disks.find(id);
  }

  /**
   * The same for one who does not wait for the disk but begins to work on it. That it is absent is
   * always read for itself: this may be all that an answer rests on.
   */
  public Optional<UDisk> read(VolumeId id) {
    return begin(new Query.ById(id, false)).stream().findFirst();
  }

  /** All disks whose name is exactly the first of {@code names} that any disk has. */
  public List<UDisk> named(List<String> names) {
    return begin(new Query.ByName(names));
  }

  private List<UDisk> begin(Query query) {
    readers.enter();
    try {
      boolean isCrowd = beginning.incrementAndGet() > FEW;
      return isCrowd && mayBeShared(query) ? beginners.read(query) : own(query);
    } finally {
      beginning.decrementAndGet();
      readers.leave();
    }
  }

  /** Names are looked for by many at once: after a start, or when many claims come. */
  private boolean mayBeShared(Query query) {
    return query instanceof Query.ByName || readers.present() > pages;
  }

  private List<UDisk> own(Query query) {
    return switch (query) {
      case Query.ById(var id, _) -> disks.find(id).stream().toList();
      case Query.ByName(var names) ->
          names.stream()
              .map(disks::named)
              .filter(found -> !found.isEmpty())
              .findFirst()
              .orElse(List.of());
    };
  }

  private Duration patience() {
    Duration each = PATIENCE_FOR_EACH.multipliedBy(readers.present());
    return each.compareTo(PATIENCE) < 0 ? each : PATIENCE;
  }

  private boolean haveWaitersGathered(int asks, Duration waited) {
    return asks >= Math.min(WORTH_A_CALL * pages, waiting.get())
        || waited.compareTo(patience()) >= 0
        || !readers.areMany();
  }

  /** By one walk for all, where that is fewer calls; else each is left to itself. */
  private Map<Query, List<UDisk>> readAll(List<Query> queries) {
    int alone = queries.stream().mapToInt(Query::calls).sum();
    if (queries.size() == 1) {
      return Map.of(queries.getFirst(), own(queries.getFirst()));
    }
    if (alone <= pages) {
      return Map.of();
    }
    PageWalk.Met<UDisk> met = walk(alone);
    Map<String, List<UDisk>> byName = new HashMap<>();
    met.members()
        .values()
        .forEach(disk -> byName.merge(disk.name(), List.of(disk), SharedDiskReads::joined));
    Map<Query, List<UDisk>> answers = new HashMap<>();
    for (Query query : queries) {
      answer(query, met, byName).ifPresent(found -> answers.put(query, found));
    }
    return answers;
  }

  private static List<UDisk> joined(List<UDisk> some, List<UDisk> more) {
    List<UDisk> all = new ArrayList<>(some);
    all.addAll(more);
    return all;
  }

  private static Optional<List<UDisk>> answer(
      Query query, PageWalk.Met<UDisk> met, Map<String, List<UDisk>> byName) {
    return switch (query) {
      case Query.ById(var id, var mayBeAbsent) -> {
        UDisk disk = met.members().get(id.value());
        yield disk != null
            ? Optional.of(List.of(disk))
            : mayBeAbsent && met.provesNoOther(odd -> odd.mayBe(id.value()))
                ? Optional.of(List.of())
                : Optional.empty();
      }
      case Query.ByName(var names) ->
          names.stream().allMatch(name -> met.provesNoOther(odd -> odd.mayBeNamed(name)))
              ? Optional.of(
                  names.stream()
                      .map(name -> byName.getOrDefault(name, List.of()))
                      .filter(found -> !found.isEmpty())
                      .findFirst()
                      .orElse(List.of()))
              : Optional.empty();
    };
  }

  /**
   * Ends early when the region turns out to have more pages than that is worth. One that fails has
   * met nobody: a page that cannot be read is no reason why those who wait should not look for
   * themselves.
   */
  private PageWalk.Met<UDisk> walk(int worth) {
    try {
      PageWalk.Met<UDisk> met =
          PageWalk.read(disks::page, UDisk::id, UDisk::createTime, calls -> calls < worth);
      pages = met.pages();
      return met;
    } catch (Unavailable e) {
      LOG.warn("the disks cannot be listed, so each is asked for by itself: {}", e.sentence());
      return PageWalk.Met.nothing();
    }
  }
}
