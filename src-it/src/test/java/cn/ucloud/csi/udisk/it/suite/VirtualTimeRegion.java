package cn.ucloud.csi.udisk.it.suite;

import cn.ucloud.csi.udisk.common.concurrent.Operations;
import cn.ucloud.csi.udisk.common.concurrent.Permission;
import cn.ucloud.csi.udisk.common.config.Secret;
import cn.ucloud.csi.udisk.common.grpc.GrpcCaller;
import cn.ucloud.csi.udisk.common.ucloud.ApiRateLimits;
import cn.ucloud.csi.udisk.common.ucloud.CallObserver;
import cn.ucloud.csi.udisk.common.ucloud.UCloudAction;
import cn.ucloud.csi.udisk.common.ucloud.UCloudClient;
import cn.ucloud.csi.udisk.common.ucloud.UCloudConfig;
import cn.ucloud.csi.udisk.common.ucloud.credentials.Credentials;
import cn.ucloud.csi.udisk.common.ucloud.credentials.CredentialsSource;
import cn.ucloud.csi.udisk.controller.ControllerService;
import cn.ucloud.csi.udisk.controller.Storage;
import cn.ucloud.csi.udisk.controller.change.RequestJournal;
import cn.ucloud.csi.udisk.controller.change.SendOnce;
import cn.ucloud.csi.udisk.controller.change.WorkContext;
import cn.ucloud.csi.udisk.controller.cluster.ClusterView;
import cn.ucloud.csi.udisk.controller.cluster.PublishedNodes;
import cn.ucloud.csi.udisk.controller.health.VolumeHealth;
import cn.ucloud.csi.udisk.controller.journal.PodJournal;
import cn.ucloud.csi.udisk.controller.model.DeletionRule;
import cn.ucloud.csi.udisk.controller.polling.Timing;
import cn.ucloud.csi.udisk.simulator.Simulator;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig.Delays;
import cn.ucloud.csi.udisk.simulator.model.HostSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A region and controller "processes" in one JVM. Requests travel over real HTTP; time passes only
 * when the driver sleeps, so that minutes of waiting cost nothing and every run is the same.
 */
final class VirtualTimeRegion implements AutoCloseable {
  static final String REGION = "cn-bj2";
  static final String ZONE = "cn-bj2-02";
  static final String CLUSTER = "uk8s-it";
  static final String HOST_A = "uhost-a";
  static final String HOST_B = "uhost-b";
  static final String BARE_METAL = "upm-c";

  /** How long the region takes for each step, and for how long its listings lag. */
  private static final Duration STEP = Duration.ofMillis(1500);

  private static final Duration LAG = Duration.ofSeconds(1);

  /** When a late request is done; well before it has settled. */
  static final Duration LATE = Duration.ofSeconds(6);

  /** How old a stale read is, beside the lag of all of them. */
  static final Duration STALE = Duration.ofMillis(1900);

  static final Timing TIMING =
      new Timing(
          Duration.ofSeconds(15),
          Duration.ofSeconds(3),
          Duration.ofSeconds(4),
          Duration.ofSeconds(12),
          Duration.ofSeconds(1),
          Duration.ofSeconds(4));

  /** A request whose answer is held back is given up after this much real time. */
  private static final Duration HASTY = Duration.ofMillis(200);

  private static final Duration PATIENT = Duration.ofSeconds(60);

  /** How the driver reaches the region. */
  enum Line {
    DIRECT,
    /** Gives a request up soon. */
    HASTY,
    /** Through a relay that can refuse connections. */
    RELAYED
  }

  /** Where the next process runs. */
  enum Successor {
    IN_ANOTHER_POD,
    /** Takes over at once, from a process that it knows to be dead. */
    IN_THE_SAME_POD
  }

  final VirtualTime time = new VirtualTime();
  final Simulator simulator;
  final Relay relay;
  private final UCloudClient direct;
  private final UCloudClient hasty;
  private final UCloudClient relayed;
  private volatile Operations operations = new Operations(Duration.ofMinutes(10), GrpcCaller::new);
  private volatile ApiInterceptor tap = ApiInterceptor.NONE;
  private final Successor successor;
  private final Path socket;
  private Optional<PodJournal> journal = Optional.empty();
  private int requests;
  private int processes;

  VirtualTimeRegion(Path directory) {
    this(directory, Successor.IN_ANOTHER_POD);
  }

  VirtualTimeRegion(Path directory, Successor successor) {
    this.successor = successor;
    this.socket = directory.resolve("csi.sock");
    this.simulator =
        Simulator.start(
            SimulatorConfig.defaults(directory)
                .withDelays(Delays.all(STEP).withListingLag(LAG))
                .withHosts(
                    HostSpec.of(HOST_A, ZONE).withIp("10.9.0.1").withRdma("rdma-1"),
                    HostSpec.of(HOST_B, ZONE).withIp("10.9.0.2").withRdma("rdma-1"),
                    HostSpec.of(BARE_METAL, ZONE).withIp("10.9.0.3").withRdma("rdma-1")),
            time);
    this.relay = new Relay(simulator.endpoint());
    this.direct = client(simulator.endpoint(), PATIENT);
    this.hasty = client(simulator.endpoint(), HASTY);
    this.relayed = client(relay.endpoint(), PATIENT);
  }

  private UCloudClient client(URI endpoint, Duration timeout) {
    return new UCloudClient(
        new UCloudConfig(
            endpoint, REGION, Optional.of("org-simulator"), Duration.ofSeconds(10), timeout),
        new TappedKeys(),
        new ApiRateLimits(time),
        new TappedEnds(),
        new OfProcess(),
        Duration.ofNanos(1000));
  }

  /** A controller that has just been started, after whatever was killed before. */
  ControllerService freshProcess() {
    return freshProcess(Line.DIRECT);
  }

  ControllerService freshProcess(Line line) {
    UCloudClient client =
        switch (line) {
          case DIRECT -> direct;
          case HASTY -> hasty;
          case RELAYED -> relayed;
        };
    Storage storage = storage(client);
    operations = new Operations(Duration.ofMinutes(10), GrpcCaller::new);
    return new ControllerService(
        REGION,
        CLUSTER,
        operations,
        storage,
        new VolumeHealth(storage.volumes(), PublishedNodes.none(), List::of));
  }

  private Storage storage(UCloudClient client) {
    if (successor == Successor.IN_ANOTHER_POD) {
      return storage(client, RequestJournal.NONE);
    }
    die();
    PodJournal own = PodJournal.beside(socket);
    journal = Optional.of(own);
    Storage storage = storage(client, own);
    boolean isFromFormer = own.former().isPresent();
    own.taking("process-" + processes++, isFromFormer);
    storage.begin();
    own.begin(isFromFormer).ifPresent(storage::begin);
    return storage;
  }

  private Storage storage(UCloudClient client, RequestJournal notes) {
    return Storage.of(
        client,
        ClusterView.none(),
        new WorkContext(TIMING, time, notes),
        DeletionRule.KEEP_WITH_SNAPSHOTS,
        Runnable::run);
  }

  /** What the process noted stays. */
  private void die() {
    try {
      if (journal.isPresent()) {
        journal.get().close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A controller that has acted for long: what it does not find does not exist. */
  ControllerService oldProcess(Line line) {
    journal.ifPresent(PodJournal::gaveBack);
    ControllerService process = freshProcess(line);
    time.pass(Duration.ofMinutes(2));
    journal.ifPresent(PodJournal::complete);
    return process;
  }

  /** Orders something behind the driver's back, and waits until it is done and shown. */
  <R> R order(UCloudAction<R> action) {
    Optional<PodJournal> own = journal;
    journal = Optional.empty(); // somebody else does it
    R result = direct.call(action);
    journal = own;
    settle();
    return result;
  }

  /** Lets everything happen that is on its way. */
  void settle() {
    time.pass(Duration.ofMinutes(1));
  }

  /** From the next request on, which is number 1, {@code newTap} sits on the line. */
  void tap(ApiInterceptor newTap) {
    requests = 0;
    tap = newTap;
  }

  int requests() {
    return requests;
  }

  /** As on the first day: no disk, no snapshot, no trouble. */
  void reset() {
    tap(ApiInterceptor.NONE);
    simulator.faults().clear();
    simulator.faults().release();
    settle();
    simulator.console().clear();
    settle();
  }

  @Override
  public void close() {
    simulator.faults().release();
    die();
    relay.close();
    simulator.close();
  }

  /** All processes send through the same client, one after the other. */
  private final class OfProcess implements Permission {
    @Override
    public void require() {}

    @Override
    public Pass enter() {
      Permission own = operations.permissionToSend();
      return journal.map(notes -> SendOnce.noted(own, notes)).orElse(own).enter();
    }
  }

  /** Keys are asked for last of all before a request is sent. */
  private final class TappedKeys implements CredentialsSource {
    private final Credentials keys =
        new Credentials(
            "simulator-public-key", Secret.of("simulator-private-key"), Optional.empty());

    @Override
    public Credentials current() {
      requests++;
      tap.sending(requests);
      return keys;
    }
  }

  private final class TappedEnds implements CallObserver {
    @Override
    public void called(String action, String outcome, Duration took) {
      tap.ended(requests);
    }
  }
}
