package cn.ucloud.csi.udisk.it.soak;

import static java.util.Objects.requireNonNull;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.it.Plugin;
import cn.ucloud.csi.udisk.it.Sandbox;
import cn.ucloud.csi.udisk.orchestrator.ControllerPlugin;
import cn.ucloud.csi.udisk.orchestrator.call.CallFailed;
import cn.ucloud.csi.udisk.orchestrator.call.CallListener;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The two pods of the controller: one acts, the other one stands by. */
final class Controllers {
  static final List<String> NAMES = List.of("controller-1", "controller-2");

  /** For one Probe; a standby thinks about it for half of the caller's time. */
  private static final Duration GLANCE = Duration.ofMillis(100);

  private final Sandbox sandbox;
  private final Map<String, Plugin> pods = new ConcurrentHashMap<>();
  private volatile String acting = NAMES.getFirst();

  Controllers(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  Controllers start() {
    NAMES.forEach(this::start);
    return this;
  }

  private void start(String name) {
    pods.put(name, sandbox.startController(name, Map.of(), Map.of()));
  }

  long pid(String name) {
    return pod(name).process().pid();
  }

  private Plugin pod(String name) {
    return requireNonNull(pods.get(name));
  }

  /** The one that is ready, as its sidecars find it; none while a lease changes hands. */
  Optional<ControllerPlugin> findActing() {
    String last = acting;
    String other = NAMES.getFirst().equals(last) ? NAMES.getLast() : NAMES.getFirst();
    return find(last).or(() -> find(other));
  }

  private Optional<ControllerPlugin> find(String name) {
    try {
      ControllerPlugin found =
          ControllerPlugin.await(pod(name).socket(), GLANCE, CallListener.NONE);
      acting = name;
      return Optional.of(found);
    } catch (CallFailed e) {
      return Optional.empty();
    }
  }

  /** As {@code kill -9} does to the one that acts; kubelet starts it again. */
  void kill() {
    String name = acting;
    pod(name).process().kill();
    start(name);
  }

  /** The one that acts ends in good order, as in an update, and stands by afterwards. */
  void handOver() {
    String name = acting;
    var _ = pod(name).process().terminate();
    await().until(() -> findActing().isPresent());
    start(name);
  }

  /** Starts again what has ended by itself, as kubelet does; gives how many that were. */
  int revive() {
    List<String> ended = NAMES.stream().filter(name -> !pod(name).process().isAlive()).toList();
    ended.forEach(this::start);
    return ended.size();
  }
}
