package cn.ucloud.csi.udisk.admin.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.admin.port.ObjectApi;
import cn.ucloud.csi.udisk.admin.port.Unreadable;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is believed of an API server, be it the one that our tests fill or that of others. */
abstract class ObjectContract {
  private static final String PODS = "/api/v1/namespaces/shop/pods";
  private static final String CLASSES = "/apis/storage.k8s.io/v1/storageclasses";

  abstract ObjectApi api();

  /** Makes an object of its YAML. */
  abstract void put(String yaml);

  private List<String> names(String path) throws Unreadable {
    List<String> names = new ArrayList<>();
    api().forEach(path, object -> names.add(object.at("/metadata/name").asText()));
    return names;
  }

  private void pod(String namespace, String name, String labels) {
    put(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: %2$s, namespace: %1$s, labels: {%3$s}}
        spec: {nodeName: n1, containers: [{name: a, image: b}]}
        """
            .formatted(namespace, name, labels));
  }

  @Test
  void whatWasMadeIsFoundByItsName() throws Unreadable {
    pod("shop", "db-0", "role: db");
    JsonNode pod = api().find(PODS + "/db-0").orElseThrow();
    assertThat(pod.path("kind").asText()).isEqualTo("Pod");
    assertThat(pod.at("/metadata/namespace").asText()).isEqualTo("shop");
    assertThat(pod.at("/metadata/uid").asText()).isNotEmpty();
    assertThat(pod.at("/metadata/resourceVersion").asText()).isNotEmpty();
    assertThat(pod.at("/metadata/creationTimestamp").asText()).isNotEmpty();
    assertThat(pod.at("/spec/nodeName").asText()).isEqualTo("n1");
  }

  @Test
  void whatIsNotThereIsAbsent() throws Unreadable {
    assertThat(api().find(PODS + "/none")).isEmpty();
    assertThat(api().find("/api/v1/persistentvolumes/none")).isEmpty();
    assertThat(api().find(CLASSES + "/none")).isEmpty();
  }

  @Test
  void aListHasEachObjectOfItsNamespaceOnce() throws Unreadable {
    pod("shop", "db-0", "role: db");
    pod("shop", "db-1", "role: db");
    pod("other", "db-2", "role: db");
    assertThat(names(PODS)).containsExactlyInAnyOrder("db-0", "db-1");
    assertThat(names("/api/v1/pods")).containsExactlyInAnyOrder("db-0", "db-1", "db-2");
  }

  @Test
  void aListOfNothingIsEmpty() throws Unreadable {
    assertThat(names(PODS)).isEmpty();
    assertThat(names(CLASSES)).isEmpty();
  }

  @Test
  void objectsAreChosenByTheirLabels() throws Unreadable {
    pod("shop", "db-0", "role: db");
    pod("shop", "web-0", "role: web");
    assertThat(names("/api/v1/pods?labelSelector=role%3Ddb")).containsExactly("db-0");
    assertThat(names("/api/v1/pods?labelSelector=role%3Dnone")).isEmpty();
  }

  @Test
  void itsClockIsKnownAfterAnAnswer() throws Unreadable {
    ObjectApi api = api();
    assertThat(api.find(CLASSES + "/none")).isEmpty();
    assertThat(api.clockAhead().abs()).isLessThan(Duration.ofSeconds(30));
  }
}
