package cn.ucloud.csi.udisk.simulator;

import cn.ucloud.csi.udisk.simulator.admin.AdminEndpoint;
import cn.ucloud.csi.udisk.simulator.admin.Console;
import cn.ucloud.csi.udisk.simulator.admin.StateView;
import cn.ucloud.csi.udisk.simulator.api.ApiEndpoint;
import cn.ucloud.csi.udisk.simulator.api.RateLimit;
import cn.ucloud.csi.udisk.simulator.api.UCloudApi;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig;
import cn.ucloud.csi.udisk.simulator.fault.CallLog;
import cn.ucloud.csi.udisk.simulator.fault.Faults;
import cn.ucloud.csi.udisk.simulator.hypervisor.Hypervisor;
import cn.ucloud.csi.udisk.simulator.hypervisor.LoopHypervisor;
import cn.ucloud.csi.udisk.simulator.hypervisor.NoHypervisor;
import cn.ucloud.csi.udisk.simulator.keys.Keyring;
import cn.ucloud.csi.udisk.simulator.metadata.MetadataEndpoint;
import cn.ucloud.csi.udisk.simulator.region.DiskWatcher;
import cn.ucloud.csi.udisk.simulator.region.Region;
import cn.ucloud.csi.udisk.simulator.store.StateDirectory;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** One running region: the API, the metadata servers and the admin calls on one listener. */
public final class Simulator implements AutoCloseable {
  private final StateDirectory state;
  private final Region region;
  private final Faults faults;
  private final CallLog calls;
  private final Console console;
  private final HttpServer server;
  private final ExecutorService executor;

  private Simulator(
      SimulatorConfig config, InstantSource clock, StateDirectory state, HttpServer server) {
    this.state = state;
    this.server = server;
    this.region = Region.open(config, state, hypervisor(config, state.root()), clock);
    this.faults = new Faults();
    this.calls = new CallLog();
    Keyring keyring = new Keyring(config.keys(), clock);
    RateLimit rateLimit = new RateLimit(clock, config.limits().requestsPerSecond());
    this.console = new Console(region, keyring, rateLimit);

    this.executor = Executors.newVirtualThreadPerTaskExecutor();
    server.setExecutor(executor);
    RateLimit mutationLimit = new RateLimit(clock, config.limits().mutationsPerSecond());
    UCloudApi api = new UCloudApi(config, region, keyring, rateLimit, mutationLimit);
    server.createContext("/", new ApiEndpoint(api, region, faults, calls));
    server.createContext("/hosts/", new MetadataEndpoint(config, region, keyring));
    server.createContext("/admin/", new AdminEndpoint(region, console, faults, calls));
  }

  /** Takes up the state directory and answers calls when this returns. */
  public static Simulator start(SimulatorConfig config) {
    return start(config, InstantSource.system());
  }

  /** The same in a time of its own, which passes as {@code clock} says. */
  public static Simulator start(SimulatorConfig config, InstantSource clock) {
    // Without this every answer on a kept connection waits 40 ms for a delayed acknowledgement.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    StateDirectory state = StateDirectory.open(config.stateDir());
    try {
      HttpServer server = HttpServer.create(address(config.listen()), 0);
      Simulator simulator = new Simulator(config, clock, state, server);
      server.start();
      StateDirectory.replace(
          state.root().resolve("endpoint"),
          simulator.endpoint().toString().getBytes(StandardCharsets.US_ASCII));
      return simulator;
    } catch (IOException e) {
      state.close();
      throw new UncheckedIOException("cannot listen on " + config.listen(), e);
    } catch (RuntimeException e) {
      state.close();
      throw e;
    }
  }

  /** Where the API is. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Where the metadata server of a host is: in place of {@code http://100.80.80.80}. */
  public URI metadataEndpoint(String hostId) {
    return endpoint().resolve("/hosts/" + hostId);
  }

  /** The directory that a host sees as its machine: {@code dev} and {@code sys} are in it. */
  public Path guestRoot(String hostId) {
    return state.root().resolve("hosts").resolve(hostId);
  }

  public Console console() {
    return console;
  }

  public Faults faults() {
    return faults;
  }

  public CallLog calls() {
    return calls;
  }

  /** From now on {@code watcher} hears of every change of a disk. */
  public void watch(DiskWatcher watcher) {
    region.change(() -> region.disks().watch(watcher));
  }

  public StateView state() {
    return StateView.of(region);
  }

  /** Takes devices from hosts; the state keeps their attachments for the next start. */
  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
    executor.close();
    region.close();
    state.close();
  }

  private static Hypervisor hypervisor(SimulatorConfig config, Path root) {
    return switch (config.hypervisor()) {
      case LOOP -> new LoopHypervisor(root);
      case NONE -> new NoHypervisor();
    };
  }

  private static InetSocketAddress address(String listen) {
    int colon = listen.lastIndexOf(':');
    return new InetSocketAddress(
        listen.substring(0, colon), Integer.parseInt(listen.substring(colon + 1)));
  }
}
