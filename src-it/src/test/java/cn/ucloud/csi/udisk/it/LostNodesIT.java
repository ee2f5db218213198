package cn.ucloud.csi.udisk.it;

import static cn.ucloud.csi.udisk.it.ControllerCalls.untilCertain;
import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.simulator.model.Disk;
import cn.ucloud.csi.udisk.simulator.model.HostSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A node with a disk goes, piece by piece and in every order, under a real controller that watches
 * its cluster; then the attacher detaches (known failures D2.10, D2.11; closed driver 21.03.1).
 */
class LostNodesIT {
  /** What can be lost of a node that has a disk. */
  enum Loss {
    NODE_OBJECT,
    HOST,
    DISK
  }

  @TempDir(cleanup = CleanupMode.NEVER)
  private static Path directory;

  private static KubeApi api;
  private static Sandbox sandbox;
  private static ControllerCalls calls;

  /** Every case has a node of its own. */
  private static int number;

  @BeforeAll
  static void start() {
    api = new KubeApi();
    sandbox =
        new Sandbox(directory, Duration.ofMillis(50), Duration.ofMillis(50))
            .actingIn(api)
            .startController();
    calls = sandbox.calls();
  }

  @AfterAll
  static void stop() {
    sandbox.close();
    api.close();
  }

  /** Every order of every choice, and both forms of the node's id. */
  static Stream<Arguments> losses() {
    List<List<Loss>> orders = new ArrayList<>();
    extend(List.of(), orders);
    return orders.stream()
        .flatMap(order -> Stream.of(Arguments.of(order, true), Arguments.of(order, false)));
  }

  private static void extend(List<Loss> lost, List<List<Loss>> orders) {
    for (Loss next : Loss.values()) {
      if (!lost.contains(next)) {
        List<Loss> more = Stream.concat(lost.stream(), Stream.of(next)).toList();
        orders.add(more);
        extend(more, orders);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("losses")
  void whateverIsLostInWhateverOrderDetachingSucceedsAndTheDiskIsFree(
      List<Loss> losses, boolean isKnownByAddress) {
    Place there = place();
    String nodeId = isKnownByAddress ? there.address : there.host;
    String volume = attached(there, nodeId);
    losses.forEach(loss -> lose(loss, there, volume));
    untilCertain(() -> calls.unpublish(volume, nodeId));
    if (losses.contains(Loss.DISK)) {
      assertThat(sandbox.disks()).extracting(Disk::id).doesNotContain(volume);
    } else {
      assertGoesTo(place(), volume);
    }
    untilCertain(() -> calls.delete(volume));
  }

  /** With the out-of-service taint Kubernetes detaches at once, and not after six minutes. */
  @Test
  void aVolumeLeavesAHostThatIsDeadWhileItsNodeStillListsIt() {
    Place dead = place();
    String volume = attached(dead, dead.host);
    sandbox.simulator().console().powerOff(dead.host);
    untilCertain(() -> calls.unpublish(volume, dead.host));
    assertGoesTo(place(), volume);
    untilCertain(() -> calls.delete(volume));
  }

  /** The cloud has not taken it off, and there is no node that could tell of it. */
  @Test
  void aVolumeThatWasLeftOnAHostThatIsGoneIsAttachedElsewhere() {
    Place gone = place();
    String volume = attached(gone, gone.host);
    lose(Loss.NODE_OBJECT, gone, volume);
    sandbox.simulator().console().vanish(gone.host);
    Place other = place();
    var _ = untilCertain(() -> calls.publish(volume, other.host));
    assertThat(sandbox.hostOf(volume)).hasValue(other.host);
    untilCertain(() -> calls.unpublish(volume, other.host));
    untilCertain(() -> calls.delete(volume));
  }

  private record Place(String host, String address) {}

  private static Place place() {
    number++;
    Place place = new Place("uhost-" + number, "10.9.1." + number);
    sandbox
        .simulator()
        .console()
        .addHost(HostSpec.of(place.host, Sandbox.ZONE).withIp(place.address));
    api.putNode(place.address, place.host, Sandbox.PLACE);
    return place;
  }

  private static String attached(Place place, String nodeId) {
    String name = "pvc-" + number;
    String volume = untilCertain(() -> calls.create(name)).getVolumeId();
    api.putVolume(name, volume);
    Map<String, String> told = untilCertain(() -> calls.publish(volume, nodeId));
    api.putAttachment("va-" + number, place.address, name, told);
    assertThat(sandbox.hostOf(volume)).hasValue(place.host);
    return volume;
  }

  private static void lose(Loss loss, Place place, String volume) {
    switch (loss) {
      case NODE_OBJECT -> api.deleteNode(place.address);
      case HOST -> sandbox.simulator().console().remove(place.host);
      case DISK -> sandbox.simulator().console().delete(volume);
    }
  }

  private static void assertGoesTo(Place other, String volume) {
    assertThat(sandbox.hostOf(volume)).isEmpty();
    var _ = untilCertain(() -> calls.publish(volume, other.host));
    assertThat(sandbox.hostOf(volume)).hasValue(other.host);
    untilCertain(() -> calls.unpublish(volume, other.host));
  }
}
