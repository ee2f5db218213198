package cn.ucloud.csi.udisk.it.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.controller.kube.lease.KubernetesLease;
import cn.ucloud.csi.udisk.testing.Patience;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The driver's processes, and how they and their nodes are ended. */
final class Processes {
  private final Settings settings;
  private final KubernetesClient client;

  Processes(Settings settings, KubernetesClient client) {
    this.settings = settings;
    this.client = client;
  }

  /** Kills the controller that acts, and says which one it was. */
  String killLeader() {
    Lease lease =
        client
            .leases()
            .inNamespace(KubernetesLease.NAMESPACE)
            .withName(KubernetesLease.NAME)
            .require();
    String identity = Objects.requireNonNull(lease.getSpec().getHolderIdentity(), "no holder");
    String holder = identity.substring(0, identity.lastIndexOf('_')); // the rest is of one process
    kill(
        settings.killController(),
        "HOLDER",
        holder,
        "controller",
        pod -> holder.equals(pod.getMetadata().getName()));
    return holder;
  }

  void killNodePlugin(String node) {
    kill(
        settings.killNodePlugin(),
        "NODE",
        node,
        "node",
        pod -> node.equals(pod.getSpec().getNodeName()));
  }

  private void kill(
      Optional<String> command, String name, String value, String role, Predicate<Pod> wanted) {
    if (command.isPresent()) {
      run(command.get(), name, value);
      return;
    }
    Optional<Pod> found =
        client
            .pods()
            .inAnyNamespace()
            .withLabels(Map.of("app", "csi-udisk", "role", role))
            .list()
            .getItems()
            .stream()
            .filter(wanted)
            .findFirst();
    assertThat(found)
        .as("the %s's pod of %s; without pods a command kills it", role, value)
        .isPresent();
    client.resource(found.get()).withGracePeriod(0).delete();
  }

  boolean canStopNodes() {
    return settings.stopNode().isPresent() && settings.startNode().isPresent();
  }

  void stopNode(String node) {
    run(settings.stopNode().orElseThrow(), "NODE", node);
  }

  void startNode(String node) {
    run(settings.startNode().orElseThrow(), "NODE", node);
  }

  private static void run(String command, String name, String value) {
    try {
      Path output = Files.createTempFile("udisk-e2e", ".log");
      try {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", command).redirectErrorStream(true);
        builder.environment().put(name, value);
        Process process = builder.redirectOutput(output.toFile()).start();
        assertThat(process.waitFor(Patience.SECONDS, TimeUnit.SECONDS)).as(command).isTrue();
        assertThat(process.exitValue())
            .as("%s, with %s=%s: %s", command, name, value, Files.readString(output))
            .isZero();
      } finally {
        Files.delete(output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(command, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
