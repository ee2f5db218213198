package cn.ucloud.csi.udisk.it.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One disk and several nodes, pods and hands. */
class NodesE2e {
  private static final String HOST_NAME = "kubernetes.io/hostname";

  private final Settings settings = Settings.read();
  private final RealCluster cluster = new RealCluster(settings);

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void aSecondNodeGetsTheVolumeWhenTheFirstHasLeftIt() throws IOException {
    Optional<String> first = cluster.findNodeWithAnotherBeside();
    assumeTrue(first.isPresent(), "no zone has two nodes");
    cluster.applyExample("claim-and-pod.yaml", "Delete", Map.of(HOST_NAME, first.get()));
    cluster.awaitReady("app");
    cluster.run("app", "echo here >/data/who; sync");
    cluster.apply(pod("other", first.get(), "data"));
    cluster.awaitEvent("other", "FailedAttachVolume", "Multi-Attach");
    cluster.deletePod("app");
    cluster.awaitReady("other");
    assertThat(cluster.pod("other").getSpec().getNodeName()).isNotEqualTo(first.get());
    assertThat(cluster.run("other", "cat /data/who")).isEqualTo("here");
  }

  @Test
  void aVolumeForOnePodAloneTakesNoSecondOne() {
    cluster.apply(
        """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: one}
        spec:
          storageClassName: %s
          accessModes: [ReadWriteOncePod]
          resources: {requests: {storage: 20Gi}}
        """
            .formatted(cluster.classOf("Delete")));
    cluster.apply(pod("first", "", "one"));
    cluster.awaitReady("first");
    cluster.apply(pod("second", "", "one"));
    cluster.awaitEvent("second", "FailedScheduling", "ReadWriteOncePod");
  }

  @Test
  void aDiskThatIsDetachedInTheConsoleIsAttachedAgainAndItsPodIsTold() throws Exception {
    Optional<URI> console = settings.console();
    assumeTrue(console.isPresent(), "no simulated region is named by E2E_SIMULATOR");
    cluster.applyExample("claim-and-pod.yaml");
    cluster.awaitReady("app");
    String disk = cluster.diskOf("data");
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(console.get().resolve("/admin/console/detach"))
                  .POST(HttpRequest.BodyPublishers.ofString("{\"diskId\":\"" + disk + "\"}"))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }
    cluster.say("detached in the console");
    cluster.awaitEvent("app", "DetachedOutsideKubernetes", disk);
    cluster.awaitEvent("app", "AttachedAgain", disk);
  }

  /** A pod on another node than {@code not}; on any if that is empty. */
  private String pod(String name, String not, String claim) {
    return """
    apiVersion: v1
    kind: Pod
    metadata: {name: %s}
    spec:
      terminationGracePeriodSeconds: 5
      affinity:
        nodeAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            nodeSelectorTerms:
            - matchExpressions: [{key: kubernetes.io/hostname, operator: NotIn, values: ["%s"]}]
      containers:
      - {name: app, image: "%s", command: [sh, -c, "trap exit TERM; while :; do sleep 1; done"],
         volumeMounts: [{name: data, mountPath: /data}]}
      volumes: [{name: data, persistentVolumeClaim: {claimName: %s}}]
    """
        .formatted(name, not, settings.image(), claim);
  }
}
