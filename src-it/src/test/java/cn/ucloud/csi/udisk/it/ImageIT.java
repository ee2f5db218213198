package cn.ucloud.csi.udisk.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.orchestrator.Attacher;
import cn.ucloud.csi.udisk.orchestrator.ControllerPlugin;
import cn.ucloud.csi.udisk.orchestrator.Kubelet;
import cn.ucloud.csi.udisk.orchestrator.MountTable;
import cn.ucloud.csi.udisk.orchestrator.Provisioner;
import cn.ucloud.csi.udisk.orchestrator.call.CallListener;
import cn.ucloud.csi.udisk.orchestrator.call.CallSettings;
import cn.ucloud.csi.udisk.orchestrator.call.CsiSocket;
import cn.ucloud.csi.udisk.orchestrator.object.Claim;
import cn.ucloud.csi.udisk.orchestrator.object.Cluster;
import cn.ucloud.csi.udisk.orchestrator.object.PersistentVolume;
import cn.ucloud.csi.udisk.orchestrator.object.Provisioning;
import cn.ucloud.csi.udisk.orchestrator.object.StorageClass;
import cn.ucloud.csi.udisk.orchestrator.object.VolumeAttachment;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig.HypervisorKind;
import cn.ucloud.csi.udisk.simulator.hypervisor.LoopHypervisor;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The image under a real engine, as pods of the chart run it. */
class ImageIT {
  private static final String NODE = "node-a";
  private static final String HOST = "uhost-a";
  private static final String USER = "65532:65532";
  private static final int NODE_MEMORY = 128;
  private static final int CONTROLLER_MEMORY = 256;
  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final int ENDED_BY_SIGTERM = 128 + 15;

  @TempDir private static Path temporary;
  private static Path directory;
  private static Sandbox sandbox;

  @BeforeAll
  static void build() throws IOException {
    BuiltImage.require();
    directory = temporary.toRealPath();
    // Only mounts below a shared mount are seen by the host; a kubelet's host has it so.
    Shell.run("mount", "--bind", directory.toString(), directory.toString());
    Shell.run("mount", "--make-shared", directory.toString());
    sandbox =
        new Sandbox(directory, HypervisorKind.LOOP, Duration.ofMillis(50), Duration.ofMillis(50))
            .startController();
  }

  @AfterAll
  static void clean() throws IOException {
    if (sandbox != null) {
      sandbox.close();
      LoopHypervisor.clean(directory.resolve("region"));
    }
    if (directory != null) {
      Shell.run("umount", "--recursive", "--lazy", directory.toString());
    }
  }

  @Test
  void aNodeInItsContainerMountsADiskThatTheHostSees() throws IOException {
    Path socket = directory.resolve("node.sock");
    try (CsiSocket csi = new CsiSocket(socket);
        RoleContainer node = node(socket).start().awaitReady(csi)) {
      Cluster cluster = new Cluster("udisk.csi.ucloud.cn");
      Kubelet kubelet =
          new Kubelet(
              cluster,
              new Kubelet.Node(NODE, directory.resolve("kubelet"), csi),
              hasty(CallSettings.kubelet()),
              CallListener.NONE);
      kubelet.register();
      ControllerPlugin controller =
          ControllerPlugin.await(
              sandbox.controllerSocket(), Duration.ofSeconds(30), CallListener.NONE);
      PersistentVolume volume = provision(cluster, controller);
      Attacher attacher =
          new Attacher(cluster, controller, hasty(CallSettings.attacher()), CallListener.NONE);
      VolumeAttachment attachment = attacher.attach(volume, NODE);

      kubelet.stage(volume);
      Path target = kubelet.publish(volume, "pod-1");
      assertThat(hostMounts()).as(node.log()).contains(target.toRealPath());
      Files.writeString(target.resolve("file"), "written by the host");
      assertThat(node.run("cat", target.resolve("file").toString()))
          .isEqualTo("written by the host");
      assertThat(node.run("/opt/udisk-csi/udisk-csi", "look"))
          .startsWith("node\t")
          .contains("\t" + target.toRealPath() + "\t")
          .endsWith("end\n");

      kubelet.unpublish(volume, "pod-1");
      kubelet.unstage(volume);
      assertThat(hostMounts()).noneMatch(path -> path.startsWith(directory.resolve("kubelet")));
      attacher.detach(attachment);
      assertMemory(node, NODE_MEMORY);
      assertEndsInGoodOrder(node);
    }
  }

  @Test
  void aNodeStartsFromItsCache() {
    Path socket = directory.resolve("node-cache.sock");
    try (CsiSocket csi = new CsiSocket(socket);
        RoleContainer node = node(socket).tellingItsClasses().start().awaitReady(csi)) {
      assertComesFromTheCache(node, "cn.ucloud.csi.udisk.node.NodeMain");
    }
  }

  @Test
  void aSmallNodeInterprets() {
    Path socket = directory.resolve("node-small.sock");
    try (CsiSocket csi = new CsiSocket(socket);
        RoleContainer node = node(socket).with("--small").start().awaitReady(csi)) {
      assertThat(node.run("cat", "/proc/1/cmdline").split("\0")).contains("-Xint");
      assertMemory(node, NODE_MEMORY);
    }
  }

  @Test
  void aControllerNeedsNoRightsAndNoWritableRoot() throws IOException {
    Path place = place("controller");
    Path socket = place.resolve("csi.sock");
    try (CsiSocket csi = new CsiSocket(socket);
        RoleContainer controller = controller(place).start().awaitReady(csi)) {
      assertMemory(controller, CONTROLLER_MEMORY);
      assertEndsInGoodOrder(controller);
    }
  }

  @Test
  void aControllerStartsFromItsCache() throws IOException {
    Path place = place("controller-cache");
    try (CsiSocket csi = new CsiSocket(place.resolve("csi.sock"));
        RoleContainer controller = controller(place).tellingItsClasses().start().awaitReady(csi)) {
      assertComesFromTheCache(controller, "cn.ucloud.csi.udisk.controller.ControllerMain");
    }
  }

  @Test
  void aSimulatorCanBePutBesideThem() throws IOException {
    Path place = place("simulator");
    try (RoleContainer simulator =
        new RoleContainer("simulator")
            .asOrdinaryUser(USER, place)
            .withFlags(Map.of("--state-dir", place + "/region", "--listen", "127.0.0.1:0"))
            .start()) {
      await().until(() -> Files.exists(place.resolve("region/endpoint")));
      assertEndsInGoodOrder(simulator);
    }
  }

  @Test
  void theAdministratorsProgramIsInTheImageToo() throws IOException {
    try (RoleContainer admin =
        new RoleContainer("admin").asOrdinaryUser(USER, place("admin")).with("--version").start()) {
      assertThat(admin.awaitEnd().getExitCodeLong()).isZero();
      assertThat(admin.log()).startsWith("udisk-csi ");
    }
  }

  @Test
  void besideAControllerThatNeedsItsMemoryTheAdministratorsProgramIsNotStarted()
      throws IOException {
    try (RoleContainer admin =
        new RoleContainer("admin")
            .asOrdinaryUser(USER, place("admin-small"))
            .withMemory(NODE_MEMORY)
            .with("--version")
            .start()) {
      assertThat(admin.awaitEnd().getExitCodeLong()).isEqualTo(5);
      assertThat(admin.log()).contains("of the 128 MiB of memory", "kubectl udisk --pod");
    }
  }

  @Test
  void theImageHandsOutThePluginOfKubectl() {
    try (RoleContainer plugin = new RoleContainer("plugin").start()) {
      assertThat(plugin.awaitEnd().getExitCodeLong()).isZero();
      assertThat(plugin.log()).startsWith("#!/bin/sh\n# kubectl udisk:");
    }
  }

  @Test
  void aRoleThatDoesNotExistIsRefusedWithTheOnesThatDo() {
    try (RoleContainer wrong = new RoleContainer("provisioner").start()) {
      assertThat(wrong.awaitEnd().getExitCodeLong()).isEqualTo(2);
      assertThat(wrong.log()).contains("usage: udisk-csi controller|node|simulator|admin");
    }
  }

  private static RoleContainer node(Path socket) {
    Map<String, String> flags = new LinkedHashMap<>();
    flags.put("--csi-endpoint", "unix://" + socket);
    flags.put("--http-listen", "127.0.0.1:0");
    flags.put("--metadata-url", sandbox.simulator().metadataEndpoint(HOST).toString());
    flags.put("--sysfs-root", sandbox.simulator().guestRoot(HOST).resolve("sys").toString());
    flags.put("--dev-root", sandbox.simulator().guestRoot(HOST).resolve("dev").toString());
    flags.put("--state-dir", socket + "-state");
    flags.put("--kubelet-dir", directory.resolve("kubelet").toString());
    return new RoleContainer("node")
        .withFlags(flags)
        .withMemory(NODE_MEMORY)
        .asPrivileged(directory);
  }

  private static RoleContainer controller(Path place) {
    Map<String, String> flags = new LinkedHashMap<>();
    flags.put("--csi-endpoint", "unix://" + place.resolve("csi.sock"));
    flags.put("--http-listen", "127.0.0.1:0");
    flags.put("--ucloud-api-endpoint", sandbox.simulator().endpoint().toString());
    flags.put("--ucloud-region-id", Sandbox.REGION);
    flags.put("--ucloud-uk8s-cluster-id", Sandbox.CLUSTER);
    flags.put("--leader-election", "false");
    return new RoleContainer("controller")
        .withFlags(flags)
        .withVariables(
            Map.of(
                "UCLOUD_API_PUBKEY", "simulator-public-key",
                "UCLOUD_API_PRIKEY", "simulator-private-key"))
        .withMemory(CONTROLLER_MEMORY)
        .asOrdinaryUser(USER, place);
  }

  /** A directory that belongs to the user of the pod, as an emptyDir with its fsGroup does. */
  private static Path place(String name) throws IOException {
    Path place = Files.createDirectories(directory.resolve(name));
    Shell.run("chown", USER, place.toString());
    return place;
  }

  private static PersistentVolume provision(Cluster cluster, ControllerPlugin controller) {
    Provisioner provisioner =
        new Provisioner(cluster, controller, hasty(CallSettings.provisioner()), CallListener.NONE);
    Claim claim =
        Claim.on(NODE, "claim-1", 10 * ControllerCalls.GIB, StorageClass.of("ssd", "ext4"));
    if (provisioner.provision(claim) instanceof Provisioning.Bound(PersistentVolume volume)) {
      return volume;
    }
    throw new AssertionError("no volume");
  }

  private static CallSettings hasty(CallSettings settings) {
    return settings
        .withRetries(Duration.ofMillis(100), Duration.ofMillis(500))
        .withPatience(Duration.ofSeconds(90));
  }

  private static List<Path> hostMounts() {
    return MountTable.read().below(directory).stream().map(MountTable.Mount::point).toList();
  }

  private static void assertComesFromTheCache(RoleContainer container, String main) {
    List<String> loaded =
        container.log().lines().filter(line -> line.contains(" source: ")).toList();
    assertThat(loaded).anyMatch(line -> line.contains(main + " source: shared objects file"));
    assertThat(loaded.stream().filter(line -> line.contains("source: shared objects file")).count())
        .as("classes from the cache, of %d", loaded.size())
        .isGreaterThan(loaded.size() * 3L / 4); // What is made at run time is in no cache.
    assertThat(loaded)
        .filteredOn(line -> line.contains(" picocli."))
        .isNotEmpty()
        .allMatch(line -> line.endsWith("source: shared objects file"));
  }

  private static void assertMemory(RoleContainer container, int limitMebibytes) {
    String rollup = container.run("cat", "/proc/1/smaps_rollup");
    long resident = kibibytes(rollup, "Rss:");
    System.out.printf(
        "resident %d MiB, of it anonymous %d MiB%n",
        resident / 1024, kibibytes(rollup, "Anonymous:") / 1024);
    assertThat(resident / 1024).as(rollup).isPositive().isLessThan(limitMebibytes);
    assertThat(container.state().getOOMKilled()).isFalse();
  }

  private static long kibibytes(String rollup, String field) {
    return rollup
        .lines()
        .filter(line -> line.startsWith(field))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElseThrow();
  }

  /** After the grace the engine kills, which shows in the exit code. */
  private static void assertEndsInGoodOrder(RoleContainer container) {
    ContainerState state = container.stop(GRACE);
    assertThat(state.getExitCodeLong()).as(container.log()).isEqualTo(ENDED_BY_SIGTERM);
  }
}
