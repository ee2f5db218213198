package cn.ucloud.csi.udisk.admin.plan;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.admin.plan.World.Attached;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every state of a small world, and every plan in each: no step detaches, frees or deletes what
 * somebody uses or what another volume names; a plan ends; its second run does nothing; and killed
 * after any step it ends where it would have.
 */
class ModelTest {
  private static final int MOST_ROUNDS = 10;

  static List<Plan> plans() {
    return List.of(
        new Repair(World.PV),
        new Rebind(World.PV, ""),
        new Protect(""),
        new DropLeak(World.DISK),
        new Adopt(World.DISK, "shop/imported", ""),
        new MigrateFlexv(World.PV),
        new MigrateFlexv.Namespace("shop"),
        new RecoverNode("n1", false),
        new RecoverNode("n1", true));
  }

  /** All states, each made anew for whoever changes it. */
  private static void everyState(Consumer<Supplier<World>> judge) {
    for (String claim : List.of("A", "", "B")) {
      for (String phase : List.of("Bound", "Released", "Available")) {
        for (Attached first : Attached.values()) {
          for (Attached second : List.of(Attached.NO, Attached.YES, Attached.DELETING_FOR_LONG)) {
            for (String pod : List.of("", "n1", "n2")) {
              for (String disk :
                  List.of("AVAILABLE ", "INUSE n1", "INUSE n2", "DETACHING n1", " ")) {
                for (int flags = 0; flags < 32; flags++) {
                  int fixed = flags;
                  judge.accept(() -> {
                    World world = new World().attach("n1", first).attach("n2", second);
                    world.claimUid = claim;
                    world.phase = phase;
                    world.boundUid = phase.equals("Available") ? "" : "A";
                    world.podNode = pod;
                    set(world, disk, fixed);
                    return world;
                  });
                }
              }
            }
          }
        }
      }
    }
  }

  private static void set(World world, String disk, int flags) {
    world.diskStatus = disk.substring(0, disk.indexOf(' '));
    world.diskNode = disk.substring(disk.indexOf(' ') + 1);
    world.usedAt = (flags & 1) != 0 ? "n1" : "";
    world.isNamedTwice = (flags & 2) != 0;
    world.hasVolume = (flags & 4) == 0;
    switch (flags >> 3) {
      case 1 -> world.isSilent = true;
      case 2 -> {
        world.isSilent = true;
        world.hostState = "Stopped";
      }
      case 3 -> world.isTainted = true;
      default -> {}
    }
  }

  @ParameterizedTest
  @MethodSource("plans")
  void noStepTakesWhatSomebodyUsesAndEveryPlanEnds(Plan plan) {
    int[] acted = {0};
    boolean isFlex = plan instanceof MigrateFlexv || plan instanceof MigrateFlexv.Namespace;
    everyState(state -> {
      Supplier<World> fresh =
          () -> {
            World world = state.get();
            world.isFlex = isFlex;
            return world;
          };
      World world = fresh.get();
      if (plan.prove(world.links()) instanceof Decision.Do) {
        acted[0]++;
        String before = world.toString();
        run(plan, world, before);
        killed(plan, fresh, world.toString());
      }
    });
    assertThat(acted[0]).as("states in which it does something").isPositive();
  }

  /** Until it does nothing more, however often it is asked. */
  private static void run(Plan plan, World world, String before) {
    for (int round = 0; round < MOST_ROUNDS; round++) {
      if (!(plan.prove(world.links()) instanceof Decision.Do todo)) {
        String end = world.toString();
        world.live();
        if (plan.prove(world.links()) instanceof Decision.Do) {
          continue; // it had waited for what the cluster does
        }
        if (world.toString().equals(end)) {
          return;
        }
        continue;
      }
      for (Step step : todo.steps()) {
        String broken = world.apply(step);
        if (!broken.isEmpty()) {
          throw new AssertionError(broken + ": " + before + ": " + step.words());
        }
      }
      if (todo.equals(plan.prove(world.links()))) {
        throw new AssertionError("the same for ever: " + before);
      }
      world.live();
    }
    throw new AssertionError("it does not end: " + before);
  }

  /** Ended after each number of steps of the first round; then it is run anew. */
  private static void killed(Plan plan, Supplier<World> fresh, String end) {
    List<Step> steps = ((Decision.Do) plan.prove(fresh.get().links())).steps();
    for (int done = 1; done < steps.size(); done++) {
      for (boolean lives : List.of(false, true)) {
        World world = fresh.get();
        steps.subList(0, done).forEach(world::apply);
        if (lives) {
          world.live();
        }
        String before = "killed after " + done + ": " + world;
        run(plan, world, before);
        if (!world.toString().equals(end)) {
          throw new AssertionError("ends elsewhere, in " + world + ": " + before);
        }
      }
    }
  }
}
