package cn.ucloud.csi.udisk.orchestrator.demo;

import cn.ucloud.csi.udisk.orchestrator.Attacher;
import cn.ucloud.csi.udisk.orchestrator.ControllerPlugin;
import cn.ucloud.csi.udisk.orchestrator.Kubelet;
import cn.ucloud.csi.udisk.orchestrator.Provisioner;
import cn.ucloud.csi.udisk.orchestrator.call.CallSettings;
import cn.ucloud.csi.udisk.orchestrator.call.CsiSocket;
import cn.ucloud.csi.udisk.orchestrator.demo.kubectl.ClusterObjects;
import cn.ucloud.csi.udisk.orchestrator.demo.kubectl.ObjectServer;
import cn.ucloud.csi.udisk.orchestrator.demo.process.Program;
import cn.ucloud.csi.udisk.orchestrator.object.Cluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The running demo: a region, a controller, and a node process with its kubelet on every host. */
final class DemoCluster implements AutoCloseable {
  private static final String DRIVER = "udisk.csi.ucloud.cn";
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Workplace workplace;
  private final Programs programs;
  private final Narrator narrator;
  private final Cluster cluster = new Cluster(DRIVER);
  private final List<CsiSocket> sockets = new ArrayList<>();
  private final List<Program> running = new ArrayList<>();
  private volatile boolean ending;

  DemoCluster(Workplace workplace, Programs programs, Narrator narrator) {
    this.workplace = workplace;
    this.programs = programs;
    this.narrator = narrator;
  }

  /** Starts the region and tells where it answers. */
  String startRegion(List<DemoHost> hosts) {
    Program simulator = started(programs.simulator(hosts));
    Path endpoint = workplace.simulatorState().resolve("endpoint");
    simulator.awaitFile(endpoint);
    try {
      return Files.readString(endpoint).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + endpoint, e);
    }
  }

  ControllerPlugin startController(String apiEndpoint) {
    Program controller = started(programs.controller(apiEndpoint));
    CsiSocket socket = socket(controller);
    return ControllerPlugin.await(socket, PATIENCE, narrator);
  }

  Kubelet startNode(DemoHost host, String apiEndpoint) {
    Program node = started(programs.node(host, apiEndpoint));
    CsiSocket socket = socket(node);
    Kubelet kubelet =
        new Kubelet(
            cluster,
            new Kubelet.Node(host.node(), workplace.kubeletRoot(host.node()), socket),
            CallSettings.kubelet().withPatience(PATIENCE),
            narrator);
    kubelet.register();
    return kubelet;
  }

  Provisioner provisioner(ControllerPlugin controller) {
    return new Provisioner(
        cluster, controller, CallSettings.provisioner().withPatience(PATIENCE), narrator);
  }

  Attacher attacher(ControllerPlugin controller) {
    return new Attacher(
        cluster, controller, CallSettings.attacher().withPatience(PATIENCE), narrator);
  }

  /** What {@code kubectl udisk} says to this about a claim of the cluster. */
  List<String> ask(String apiEndpoint, ClusterObjects objects, String command, String... more) {
    try (ObjectServer server = objects.serve()) {
      return programs
          .admin(apiEndpoint, server.kubeconfig(workplace.directory()), command, more)
          .awaitOutput();
    }
  }

  Cluster cluster() {
    return cluster;
  }

  /** The processes, in the order in which they were started. */
  List<Program> programs() {
    return List.copyOf(running);
  }

  /** From now on a process that ends is no surprise. */
  @Override
  public void close() {
    ending = true;
    sockets.forEach(CsiSocket::close);
  }

  /** A process that dies ends the wait for its answer: the story's thread is interrupted. */
  private Program started(Program program) {
    running.add(program);
    Thread story = Thread.currentThread();
    var _ =
        program
            .process()
            .onExit()
            .thenRun(() -> {
              if (!ending) {
                story.interrupt();
              }
            });
    return program;
  }

  private CsiSocket socket(Program program) {
    program.awaitFile(workplace.socket(program.name()));
    CsiSocket socket = new CsiSocket(workplace.socket(program.name()));
    sockets.add(socket);
    return socket;
  }
}
