package cn.ucloud.csi.udisk.it.soak;

import static cn.ucloud.csi.udisk.it.soak.SoakCluster.NODES;

import cn.ucloud.csi.udisk.simulator.fault.Effect;
import cn.ucloud.csi.udisk.simulator.fault.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** What goes wrong in a round; the dice say where and when. */
final class Troubles {
  private static final List<String> CHANGES =
      List.of("CreateUDisk", "AttachUDisk", "DetachUDisk", "DeleteUDisk", "CreateUDiskSnapshot");
  private static final List<Effect> LOST = List.of(Effect.LOSE_ANSWER, Effect.LOSE_REQUEST);

  /** Within this time of the round's begin. */
  private static final int MILLIS = 8000;

  private final SoakCluster world;
  private final Tally tally;
  private final Random dice;
  private int awaited;

  Troubles(SoakCluster world, Tally tally, Random dice) {
    this.world = world;
    this.tally = tally;
    this.dice = dice;
  }

  /** One after the other; returns when all is over. */
  void during(int round, boolean kills) throws Exception {
    for (String change : CHANGES) {
      world.region().faults().add(Fault.of(change, LOST.get(dice.nextInt(LOST.size()))));
    }
    awaited = CHANGES.size();
    List<Future<?>> all = new ArrayList<>();
    try (ScheduledExecutorService one = Executors.newSingleThreadScheduledExecutor()) {
      all.add(soon(one, "key rotations", world::rotateKeys));
      all.add(soon(one, "expiries of all watches", () -> world.api().expireWatches()));
      if (kills) {
        String node = NODES.get(round % NODES.size());
        all.add(soon(one, "nodes killed", () -> world.loops().killAndRestart(node)));
        all.add(
            round % 2 == 0
                ? soon(one, "controllers killed", world.controllers()::kill)
                : soon(one, "hand-overs", world.controllers()::handOver));
      }
      for (Future<?> each : all) {
        var _ = each.get();
      }
    }
  }

  private Future<?> soon(ScheduledExecutorService one, String what, Runnable trouble) {
    tally.count(what);
    return one.schedule(trouble, dice.nextInt(MILLIS), TimeUnit.MILLISECONDS);
  }

  /** What has not struck does not strike any more. */
  void end() {
    tally.add("lost answers", awaited - world.region().faults().remaining().size());
    world.region().faults().clear();
    tally.add("processes that ended by themselves", world.controllers().revive());
    var events = world.api().client().v1().events().inAnyNamespace().list();
    tally.add("events", events.getItems().size());
    var _ = world.api().client().resourceList(events.getItems()).delete();
  }
}
