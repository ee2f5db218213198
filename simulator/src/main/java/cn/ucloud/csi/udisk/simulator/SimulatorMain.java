package cn.ucloud.csi.udisk.simulator;

import cn.ucloud.csi.udisk.simulator.config.ConfigReader;
import cn.ucloud.csi.udisk.simulator.hypervisor.LoopHypervisor;
import cn.ucloud.csi.udisk.simulator.store.StateDirectory;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The simulator as a process. It ends with SIGTERM.
 *
 * <p>Flags are laid over the variables SIMULATOR_PUBLIC_KEY and SIMULATOR_PRIVATE_KEY, those over
 * the YAML file, and that over the defaults.
 */
@Command(
    name = "simulator",
    description = "A UCloud region on one machine.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
public final class SimulatorMain implements Callable<Integer> {
  @Option(names = "--state-dir", required = true, description = "where all state lives")
  private Path stateDir;

  @Option(names = "--config", description = "YAML in the shape of SimulatorConfig")
  private @Nullable Path config;

  @Option(names = "--listen", description = "host:port, port 0 for any (127.0.0.1:0)")
  private @Nullable String listen;

  @Option(names = "--hypervisor", description = "loop or none (none)")
  private @Nullable String hypervisor;

  @Option(
      names = "--host",
      description = "id=uhost-a,zone=cn-bj2-02[,machine-type=O][,rdma=…][,ip=…][,disk-limit=26]…")
  private List<String> hosts = List.of();

  @Option(names = "--public-key", description = "of the account")
  private @Nullable String publicKey;

  @Option(names = "--private-key", description = "of the account")
  private @Nullable String privateKey;

  @Option(names = "--create-delay", description = "for example 200ms or 2s")
  private @Nullable String createDelay;

  @Option(names = "--attach-delay")
  private @Nullable String attachDelay;

  @Option(names = "--detach-delay")
  private @Nullable String detachDelay;

  @Option(names = "--delete-delay")
  private @Nullable String deleteDelay;

  @Option(names = "--resize-delay")
  private @Nullable String resizeDelay;

  @Option(names = "--listing-lag")
  private @Nullable String listingLag;

  @Option(
      names = "--clean",
      description = "release the loop devices that a killed simulator left, and end")
  private boolean clean;

  public static void main(String[] arguments) {
    if (System.getProperty("logback.configurationFile") == null) {
      System.setProperty(
          "logback.configurationFile", "cn/ucloud/csi/udisk/simulator/logback-simulator.xml");
    }
    System.exit(
        new CommandLine(new SimulatorMain())
            .setExecutionExceptionHandler((failure, commandLine, _) -> {
              commandLine.getErr().println("simulator: " + failure.getMessage());
              return 1;
            })
            .execute(arguments));
  }

  @Override
  public Integer call() throws InterruptedException {
    return clean ? clean() : serve();
  }

  private int clean() {
    try (StateDirectory state = StateDirectory.open(stateDir)) {
      List<String> busy = LoopHypervisor.clean(state.root());
      busy.forEach(loop -> System.out.println("still open: " + loop));
      return busy.isEmpty() ? 0 : 1;
    }
  }

  private int serve() throws InterruptedException {
    Simulator simulator = Simulator.start(reader().read());
    Runtime.getRuntime().addShutdownHook(new Thread(simulator::close, "stop"));
    System.out.println("simulator ready at " + simulator.endpoint());
    System.out.flush();
    new CountDownLatch(1).await(); // SIGTERM runs the hook and ends the process.
    return 0;
  }

  private ConfigReader reader() {
    ConfigReader reader = new ConfigReader(stateDir);
    if (config != null) {
      reader.lay(config);
    }
    set(reader, stateDir.toString(), "stateDir");
    set(reader, listen, "listen");
    set(reader, hypervisor, "hypervisor");
    set(reader, System.getenv("SIMULATOR_PUBLIC_KEY"), "keys", "publicKey");
    set(reader, System.getenv("SIMULATOR_PRIVATE_KEY"), "keys", "privateKey");
    set(reader, publicKey, "keys", "publicKey");
    set(reader, privateKey, "keys", "privateKey");
    set(reader, createDelay, "delays", "create");
    set(reader, attachDelay, "delays", "attach");
    set(reader, detachDelay, "delays", "detach");
    set(reader, deleteDelay, "delays", "delete");
    set(reader, resizeDelay, "delays", "resize");
    set(reader, listingLag, "delays", "listingLag");
    hosts.forEach(reader::addHost);
    return reader;
  }

  private static void set(ConfigReader reader, @Nullable String value, String... path) {
    if (value != null) {
      reader.set(value, path);
    }
  }
}
