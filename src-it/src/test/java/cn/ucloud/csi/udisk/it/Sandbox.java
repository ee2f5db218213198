package cn.ucloud.csi.udisk.it;

import cn.ucloud.csi.udisk.orchestrator.call.CsiSocket;
import cn.ucloud.csi.udisk.simulator.Simulator;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig.Delays;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig.HypervisorKind;
import cn.ucloud.csi.udisk.simulator.model.Disk;
import cn.ucloud.csi.udisk.simulator.model.HostSpec;
import cn.ucloud.csi.udisk.testing.Patience;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A simulated region and a real controller process that works in it. */
public final class Sandbox implements AutoCloseable {
  public static final String REGION = "cn-bj2";
  public static final String ZONE = "cn-bj2-02";
  static final String OTHER_ZONE = "cn-bj2-05";

  /** The labels by which Kubernetes says that a node is there. */
  public static final Map<String, String> PLACE =
      Map.of("topology.kubernetes.io/region", REGION, "topology.kubernetes.io/zone", ZONE);

  static final String CLUSTER = "uk8s-it";

  private final Path directory;
  private final Simulator simulator;
  private final CsiSocket socket;
  private final Map<String, String> flags = new LinkedHashMap<>();
  private final Map<String, String> environment = new LinkedHashMap<>();
  private final List<Plugin> others = new ArrayList<>();
  private Optional<DriverProcess> controller = Optional.empty();

  /** Starts the region; two hosts in one zone, one in another. */
  Sandbox(Path directory, Duration step, Duration listingLag) {
    this(directory, HypervisorKind.NONE, step, listingLag);
  }

  Sandbox(Path directory, HypervisorKind hypervisor, Duration step, Duration listingLag) {
    this.directory = directory;
    this.simulator =
        Simulator.start(
            SimulatorConfig.defaults(directory.resolve("region"))
                .withHypervisor(hypervisor)
                .withDelays(Delays.all(step).withListingLag(listingLag))
                .withHosts(
                    HostSpec.of("uhost-a", ZONE).withIp("10.9.0.1"),
                    HostSpec.of("uhost-b", ZONE).withIp("10.9.0.2"),
                    HostSpec.of("uhost-far", OTHER_ZONE).withIp("10.9.0.3")));
    this.socket = new CsiSocket(directory.resolve("controller.sock"));
    flags.put("--csi-endpoint", "unix://" + socket.path());
    flags.put("--http-listen", "127.0.0.1:0");
    flags.put("--log-level", "debug");
    flags.put("--ucloud-api-endpoint", simulator.endpoint().toString());
    flags.put("--ucloud-region-id", REGION);
    flags.put("--ucloud-project-id", "org-simulator");
    flags.put("--ucloud-uk8s-cluster-id", CLUSTER);
    flags.put("--create-settle", "1s");
    flags.put("--leader-election", "false");
    environment.put("UCLOUD_API_PUBKEY", "simulator-public-key");
    environment.put("UCLOUD_API_PRIKEY", "simulator-private-key");
  }

  public Sandbox with(String flag, String value) {
    flags.put(flag, value);
    return this;
  }

  /**
   * Its controller is to act in this cluster, alone: its lease bears that it stands still for as
   * long as a test waits. Tests of a hand-over set terms of their own.
   */
  public Sandbox actingIn(KubeApi api) {
    return with("--leader-election", "true")
        .with("--lease-renew-deadline", Patience.SECONDS + "s")
        .with("--lease-duration", 2 * Patience.SECONDS + "s")
        .with("--kubeconfig", api.kubeconfig(directory.resolve("kube")).toString());
  }

  /**
   * For tests in which another process is to act after it: that waits until its lease has ended.
   */
  Sandbox withShortLease() {
    return with("--lease-renew-deadline", "12s").with("--lease-duration", "18s");
  }

  public Sandbox withVariable(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** Starts the controller, or starts it again. */
  Sandbox startController() {
    controller.ifPresent(DriverProcess::close);
    DriverProcess started = DriverProcess.start("controller", controllerLog(), environment, flags);
    controller = Optional.of(started);
    started.awaitSocket(socket.path());
    return this;
  }

  /** Starts a further controller that differs in these flags and variables. */
  public Plugin startController(
      String name, Map<String, String> otherFlags, Map<String, String> otherVariables) {
    Map<String, String> allFlags = new LinkedHashMap<>(flags);
    allFlags.put("--csi-endpoint", "unix://" + directory.resolve(name + ".sock"));
    allFlags.put("--http-listen", "127.0.0.1:0");
    allFlags.putAll(otherFlags);
    Map<String, String> variables = new LinkedHashMap<>(environment);
    variables.putAll(otherVariables);
    return start(List.of(), "controller", name, variables, allFlags);
  }

  /** Starts the node process of a host, or starts it again. */
  Plugin startNode(String name, String host, Map<String, String> otherFlags) {
    return startNode(List.of(), name, host, otherFlags, Map.of());
  }

  /** The same with a launcher, as {@link DriverProcess#start} has it, and variables. */
  Plugin startNode(
      List<String> launcher,
      String name,
      String host,
      Map<String, String> otherFlags,
      Map<String, String> variables) {
    Map<String, String> allFlags = new LinkedHashMap<>();
    allFlags.put("--csi-endpoint", "unix://" + directory.resolve(name + ".sock"));
    allFlags.put("--http-listen", "127.0.0.1:0");
    allFlags.put("--log-level", "debug");
    allFlags.put("--metadata-url", simulator.metadataEndpoint(host).toString());
    allFlags.put("--sysfs-root", simulator.guestRoot(host).resolve("sys").toString());
    allFlags.put("--dev-root", simulator.guestRoot(host).resolve("dev").toString());
    allFlags.put("--state-dir", directory.resolve(name + "-run").toString());
    allFlags.putAll(otherFlags);
    return start(launcher, "node", name, variables, allFlags);
  }

  private Plugin start(
      List<String> launcher,
      String role,
      String name,
      Map<String, String> variables,
      Map<String, String> allFlags) {
    Path log = directory.resolve(name + ".log");
    Plugin started =
        new Plugin(
            DriverProcess.start(launcher, role, log, variables, allFlags),
            new CsiSocket(directory.resolve(name + ".sock")));
    others.add(started);
    started.process().awaitSocket(started.socket().path());
    return started;
  }

  void killController() {
    controller.orElseThrow().kill();
  }

  DriverProcess controller() {
    return controller.orElseThrow();
  }

  Path controllerLog() {
    return directory.resolve("controller.log");
  }

  ControllerCalls calls() {
    return new ControllerCalls(socket);
  }

  CsiSocket socket() {
    return socket;
  }

  public Simulator simulator() {
    return simulator;
  }

  /** The disks that were made for volumes, as they are and not as lists show them. */
  public List<Disk> disks() {
    return simulator.state().disks().stream().filter(disk -> !disk.boot()).toList();
  }

  /** Those of them that were made for the volume of this name. */
  List<Disk> disksNamed(String csiName) {
    String name = csiName + "_" + CLUSTER;
    return disks().stream().filter(disk -> disk.order().name().equals(name)).toList();
  }

  /** How often a disk for the volume of this name was ordered. */
  long ordersOf(String csiName) {
    String name = csiName + "_" + CLUSTER;
    return simulator.calls().of("CreateUDisk").stream()
        .filter(call -> name.equals(call.parameters().get("Name")))
        .count();
  }

  /** Which host has the disk. */
  public Optional<String> hostOf(String volume) {
    return simulator.state().attachments().stream()
        .filter(attachment -> attachment.diskId().equals(volume))
        .map(attachment -> attachment.hostId())
        .findFirst();
  }

  CsiSocket controllerSocket() {
    return socket;
  }

  Path directory() {
    return directory;
  }

  @Override
  public void close() {
    controller.ifPresent(DriverProcess::close);
    socket.close();
    others.forEach(Plugin::close);
    simulator.close();
  }
}
