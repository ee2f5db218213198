package cn.ucloud.csi.udisk.it.suite;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.simulator.fault.Effect;
import cn.ucloud.csi.udisk.simulator.fault.Fault;
import cn.ucloud.csi.udisk.simulator.model.Disk;
import cn.ucloud.csi.udisk.simulator.model.DiskStatus;
import io.grpc.Context;
import io.grpc.Status.Code;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A thousand calls by many at once, for fifty volumes and eight hosts, with trouble on the line and
 * callers that do not wait: a volume is on one host at most, nothing is deleted while attached, and
 * every answer is true.
 */
class ConcurrencyModelIT {
  private static final int CALLS = 1000;
  private static final int CALLERS = 25;
  private static final int VOLUMES = 50;
  private static final double TROUBLE = 0.06;
  private static final int MOST_REPEATS = 400;

  @TempDir private Path directory;

  private final History history = new History();
  private final List<VolumeModel> volumes =
      IntStream.range(0, VOLUMES).mapToObj(number -> new VolumeModel("pvc-" + number)).toList();
  private final List<String> wrong = new CopyOnWriteArrayList<>();
  private final AtomicInteger done = new AtomicInteger();
  private final RandomGenerator trouble = Seed.dice(-1);

  @Test
  void aThousandCallsAtOnceLeaveEveryAnswerTrue() throws Exception {
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        RealTimeRegion town = new RealTimeRegion(directory, this::maybeTrouble)) {
      this.town = Optional.of(town);
      town.simulator.watch(history::changed);
      isTroubled = true;
      List<Callable<Void>> work =
          IntStream.range(0, CALLERS)
              .<Callable<Void>>mapToObj(number -> () -> callForAWhile(town, clock, number))
              .toList();
      for (Future<Void> caller : callers.invokeAll(work)) {
        caller.get();
      }
      isTroubled = false;
      town.simulator.faults().clear();
      List<Callable<Void>> cleaning =
          volumes.stream().<Callable<Void>>map(volume -> () -> takeAway(town, volume)).toList();
      for (Future<Void> cleaner : callers.invokeAll(cleaning)) {
        cleaner.get();
      }
      assertThat(wrong).as(Seed.remedy()).isEmpty();
      assertThat(history.crimes()).as(Seed.remedy()).isEmpty();
      assertThat(RegionState.of(town.simulator).summary()).as("left over").isEmpty();
      assertThat(done).as("calls answered OK").hasValueGreaterThan(CALLS / 4);
    }
  }

  private volatile boolean isTroubled;
  private volatile Optional<RealTimeRegion> town = Optional.empty();

  private synchronized void maybeTrouble() {
    if (isTroubled && trouble.nextDouble() < TROUBLE) {
      town.orElseThrow().simulator.faults().add(nextTrouble());
    }
  }

  private Fault nextTrouble() {
    return switch (trouble.nextInt(12)) {
      case 0, 1 -> Fault.of("*", Effect.LOSE_ANSWER);
      case 2 -> Fault.of("*", Effect.LOSE_REQUEST);
      case 3 -> Fault.late("*", RealTimeRegion.LATE.toMillis());
      case 4 -> Fault.httpStatus("*", 502);
      case 5 -> Fault.httpStatus("*", 504).butApplied();
      case 6 -> Fault.of("*", Effect.GARBAGE).butApplied();
      case 7 -> Fault.retCode("*", 130);
      case 8 -> Fault.acceptLate("*", RealTimeRegion.LATE.toMillis());
      case 9, 10 -> Fault.stale("DescribeUDisk", RealTimeRegion.STALE.toMillis());
      default -> Fault.retCode("*", 171);
    };
  }

  private Void callForAWhile(RealTimeRegion here, ScheduledExecutorService clock, int number) {
    RandomGenerator dice = Seed.dice(number);
    for (int call = 0; call < CALLS / CALLERS; call++) {
      VolumeModel volume = volumes.get(dice.nextInt(VOLUMES));
      // Every third caller does not wait for long.
      long patience = dice.nextInt(3) == 0 ? 20 + dice.nextInt(200) : 30_000;
      Context.CancellableContext context =
          Context.current().withDeadlineAfter(patience, TimeUnit.MILLISECONDS, clock);
      try {
        context.run(() -> callOnce(here, volume, dice));
      } finally {
        context.cancel(null);
      }
    }
    return null;
  }

  private void callOnce(RealTimeRegion here, VolumeModel volume, RandomGenerator dice) {
    Optional<String> id = volume.id();
    if (id.isEmpty()) {
      create(here, volume);
      return;
    }
    String host = RealTimeRegion.HOSTS.get(dice.nextInt(RealTimeRegion.HOSTS.size()));
    switch (dice.nextInt(8)) {
      case 0, 1, 2 -> publish(here, volume, id.get(), host);
      case 3, 4 -> unpublish(here, volume, id.get(), "");
      case 5 -> unpublish(here, volume, id.get(), host);
      case 6 -> create(here, volume);
      default -> delete(here, volume, id.get());
    }
  }

  private boolean create(RealTimeRegion here, VolumeModel volume) {
    volume.creating();
    VolumeModel.Begun begun = volume.begin();
    var answer = Answer.of(here.driver::createVolume, Requests.create(volume.name(), "ssd"));
    boolean alone = volume.end(begun);
    answer
        .response()
        .map(response -> response.getVolume().getVolumeId())
        .ifPresent(made -> {
          judge(begun, alone, made, "create OK", disk -> disk.isPresent());
          volume.created(made);
        });
    return ok(answer);
  }

  private boolean publish(RealTimeRegion here, VolumeModel volume, String id, String host) {
    VolumeModel.Begun begun = volume.begin();
    Optional<Disk> before = history.now(id);
    var answer = Answer.of(here.driver::controllerPublishVolume, Requests.publish(id, host));
    boolean alone = volume.end(begun);
    String what = "publish to " + host + " " + answer.status();
    if (answer.isOk()) {
      judge(
          begun,
          alone,
          id,
          what,
          disk -> disk.filter(d -> d.isOn(host) && d.status() == DiskStatus.IN_USE).isPresent());
      volume.published(id, host, begun).ifPresent(wrong::add);
    } else if (answer.status().getCode() == Code.NOT_FOUND) {
      judge(begun, alone, id, what, disk -> disk.isEmpty());
    } else if (answer.status().getCode() == Code.FAILED_PRECONDITION) {
      judge(begun, alone, id, what, disk -> disk.filter(d -> !d.isOn(host)).isPresent());
    } else if (answer.isFinalRefusal() && alone) {
      judge(begun, true, id, what, disk -> disk.equals(before));
    }
    return ok(answer);
  }

  private boolean unpublish(RealTimeRegion here, VolumeModel volume, String id, String host) {
    VolumeModel.Begun begun = volume.begin();
    volume.unpublishing();
    var answer = Answer.of(here.driver::controllerUnpublishVolume, Requests.unpublish(id, host));
    boolean alone = volume.end(begun);
    if (answer.isOk()) {
      judge(
          begun,
          alone,
          id,
          "unpublish from '" + host + "' OK",
          disk ->
              disk.flatMap(History::host).filter(h -> host.isEmpty() || h.equals(host)).isEmpty());
    }
    return ok(answer);
  }

  private boolean delete(RealTimeRegion here, VolumeModel volume, String id) {
    VolumeModel.Begun begun = volume.begin();
    var answer = Answer.of(here.driver::deleteVolume, Requests.delete(id));
    boolean alone = volume.end(begun);
    if (answer.isOk()) {
      judge(begun, alone, id, "delete OK", disk -> disk.isEmpty());
      volume.deleted(id).ifPresent(wrong::add);
    } else if (answer.status().getCode() == Code.FAILED_PRECONDITION) {
      judge(
          begun,
          alone,
          id,
          "delete " + answer.status(),
          disk -> disk.flatMap(History::host).isPresent());
    }
    return ok(answer);
  }

  /**
   * What an answer says must be so when it is given, if nobody else is calling; else at some moment
   * of the call.
   */
  private void judge(
      VolumeModel.Begun begun,
      boolean alone,
      String id,
      String what,
      Predicate<Optional<Disk>> claim) {
    boolean isTrue = alone ? claim.test(history.now(id)) : history.wasSince(begun.at(), id, claim);
    if (!isTrue) {
      wrong.add("%s: %s, but it is %s".formatted(id, what, history.now(id)));
    }
  }

  private boolean ok(Answer<?> answer) {
    if (answer.isOk()) {
      done.incrementAndGet();
    }
    return answer.isOk();
  }

  /** As the sidecars do when everything is deleted. */
  private Void takeAway(RealTimeRegion here, VolumeModel volume) {
    if (volume.isOrdered()) {
      untilOk(() -> create(here, volume));
      String id = volume.id().orElseThrow();
      untilOk(() -> unpublish(here, volume, id, ""));
      untilOk(() -> delete(here, volume, id));
    }
    return null;
  }

  private static void untilOk(Callable<Boolean> call) {
    try {
      for (int repeat = 0; repeat < MOST_REPEATS; repeat++) {
        if (call.call()) {
          return;
        }
      }
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    throw new AssertionError("never answered OK");
  }
}
