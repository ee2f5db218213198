package cn.ucloud.csi.udisk.it.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.testing.Patience;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The pods of a test, and what is run in them. */
final class Pods {
  private final RealCluster cluster;

  Pods(RealCluster cluster) {
    this.cluster = cluster;
  }

  private NonNamespaceOperation<Pod, PodList, PodResource> all() {
    return cluster.client().pods().inNamespace(cluster.namespace());
  }

  Pod get(String pod) {
    return Objects.requireNonNull(all().withName(pod).get(), pod);
  }

  String nodeOf(String pod) {
    return get(pod).getSpec().getNodeName();
  }

  void awaitReady(String pod) {
    RealCluster.eventually()
        .untilAsserted(() ->
            assertThat(Optional.ofNullable(all().withName(pod).get()).filter(Readiness::isPodReady))
                .as("pod %s, ready; warnings: %s", pod, cluster.warnings())
                .isPresent());
    cluster.say("pod " + pod + " is ready on " + nodeOf(pod));
  }

  /** Deletes it, and waits until it is gone or its controller has made another one. */
  void delete(String pod) {
    String uid = get(pod).getMetadata().getUid();
    all().withName(pod).delete();
    awaitGone(pod, uid);
  }

  /** The same as kubectl drain does it. */
  void evict(String pod) {
    String uid = get(pod).getMetadata().getUid();
    assertThat(all().withName(pod).evict()).as("pod %s may be evicted", pod).isTrue();
    awaitGone(pod, uid);
  }

  /** Waits until no pod of the name has the UID. */
  void awaitGone(String pod, String uid) {
    RealCluster.eventually()
        .until(() ->
            Optional.ofNullable(all().withName(pod).get())
                .filter(found -> found.getMetadata().getUid().equals(uid))
                .isEmpty());
    cluster.say("pod " + pod + " is gone");
  }

  /** What the command prints, run by sh in the pod's first container. */
  String run(String pod, String command) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    try (ExecWatch running =
        all().withName(pod).writingOutput(out).writingError(errors).exec("sh", "-ec", command)) {
      Integer code = running.exitCode().get(Patience.SECONDS, TimeUnit.SECONDS);
      assertThat(code).as("%s: %s", command, errors.toString(StandardCharsets.UTF_8)).isZero();
      return out.toString(StandardCharsets.UTF_8).strip();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException(command, e);
    }
  }

  /** The size of the filesystem at /data; a simulated disk is smaller than it says. */
  long kibOf(String pod) {
    return Long.parseLong(run(pod, "df -k /data | tail -1 | awk '{print $2}'"));
  }
}
