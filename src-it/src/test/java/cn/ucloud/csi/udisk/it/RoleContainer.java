package cn.ucloud.csi.udisk.it;

import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.orchestrator.call.CsiSocket;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import csi.v1.IdentityGrpc;
import csi.v1.ProbeRequest;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.startupcheck.StartupCheckStrategy;

/** A container of the image, set up as its pod would be. Closing it removes it. */
final class RoleContainer implements AutoCloseable {
  private static final long MIB = 1L << 20;

  private static final List<String> UNCONFINED =
      List.of("seccomp=unconfined", "apparmor=unconfined");

  private final GenericContainer<?> container = new GenericContainer<>(BuiltImage.NAME);
  private final List<String> command = new ArrayList<>();

  RoleContainer(String role) {
    command.add(role);
    // The engine of the tests has no network of its own.
    container.withNetworkMode("host");
    // Whether it lives is for the test to say; some end at once.
    container.withStartupCheckStrategy(
        new StartupCheckStrategy() {
          @Override
          public StartupStatus checkStartupState(DockerClient client, String id) {
            return StartupStatus.SUCCESSFUL;
          }
        });
  }

  RoleContainer withFlags(Map<String, String> flags) {
    flags.forEach((flag, value) -> command.addAll(List.of(flag, value)));
    return this;
  }

  RoleContainer with(String argument) {
    command.add(argument);
    return this;
  }

  RoleContainer withVariables(Map<String, String> variables) {
    container.withEnv(variables);
    return this;
  }

  /** The cache must be usable, and every class tells where it came from. */
  RoleContainer tellingItsClasses() {
    container.withEnv("JDK_JAVA_OPTIONS", "-XX:AOTMode=on -Xlog:class+load:stdout");
    return this;
  }

  RoleContainer withMemory(int mebibytes) {
    long bytes = mebibytes * MIB;
    return configured(host -> host.withMemory(bytes).withMemorySwap(bytes));
  }

  /** No capability, no way to write but into this directory. */
  RoleContainer asOrdinaryUser(String user, Path directory) {
    container.withCreateContainerCmdModifier(cmd -> cmd.withUser(user));
    return configured(host ->
        host.withCapDrop(Capability.ALL)
            .withReadonlyRootfs(true)
            .withBinds(Bind.parse(directory + ":" + directory)));
  }

  /**
   * All of the host's devices, and mounts in this directory that the host sees too: what a pod gets
   * for {@code privileged: true}, also where the engine itself lacks CAP_SYS_RESOURCE.
   */
  RoleContainer asPrivileged(Path shared) {
    return configured(host ->
        host.withCapAdd(Capability.ALL)
            .withCapDrop(Capability.SYS_RESOURCE)
            .withSecurityOpts(UNCONFINED)
            .withDeviceCgroupRules(List.of("a *:* rwm"))
            .withBinds(Bind.parse("/dev:/dev"), Bind.parse(shared + ":" + shared + ":rshared")));
  }

  private RoleContainer configured(UnaryOperator<HostConfig> change) {
    container.withCreateContainerCmdModifier(
        cmd -> cmd.withHostConfig(change.apply(Objects.requireNonNull(cmd.getHostConfig()))));
    return this;
  }

  RoleContainer start() {
    container.withCommand(command.toArray(String[]::new)).start();
    return this;
  }

  /** Waits until Probe says that work is welcome. */
  RoleContainer awaitReady(CsiSocket socket) {
    await()
        .pollInterval(Duration.ofMillis(100))
        .until(() -> {
          if (!container.isRunning()) {
            throw new AssertionError("the container has ended:\n" + log());
          }
          return isReady(socket);
        });
    return this;
  }

  private static boolean isReady(CsiSocket socket) {
    try {
      return socket.call(
          IdentityGrpc::newBlockingStub,
          Duration.ofSeconds(5),
          s -> s.probe(ProbeRequest.getDefaultInstance()).getReady().getValue());
    } catch (StatusRuntimeException e) {
      return false; // Not there yet.
    }
  }

  /** SIGTERM, and SIGKILL when the grace is over; gives how it ended. */
  ContainerState stop(Duration grace) {
    container
        .getDockerClient()
        .stopContainerCmd(container.getContainerId())
        .withTimeout((int) grace.toSeconds())
        .exec();
    return state();
  }

  ContainerState awaitEnd() {
    await().until(() -> Boolean.FALSE.equals(state().getRunning()));
    return state();
  }

  ContainerState state() {
    return container
        .getDockerClient()
        .inspectContainerCmd(container.getContainerId())
        .exec()
        .getState();
  }

  String log() {
    return container.getLogs();
  }

  /** What a program prints that is started in the container. */
  String run(String... words) {
    try {
      return container.execInContainer(words).getStdout();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    container.stop();
  }
}
