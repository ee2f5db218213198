package cn.ucloud.csi.udisk.it.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.testing.Patience;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;

/** A cluster with the driver in it, and a namespace and StorageClasses there for one test. */
final class RealCluster implements AutoCloseable {
  private static final String DRIVER = "udisk.csi.ucloud.cn";
  private static final String ZONE = "topology.udisk.csi.ucloud.cn/zone";
  private static final Path EXAMPLES = Path.of("..", "deploy", "examples");

  private final Settings settings;
  private final KubernetesClient client = new KubernetesClientBuilder().build();
  private final String name = "udisk-e2e-" + UUID.randomUUID().toString().substring(0, 8);
  private final Deque<Runnable> undo = new ArrayDeque<>();
  private final long start = System.nanoTime();

  RealCluster(Settings settings) {
    this.settings = settings;
    client
        .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
    for (String policy : List.of("Delete", "Retain")) {
      createClass(policy, settings.type(), policy, "WaitForFirstConsumer");
    }
  }

  /** A StorageClass of this test's own. */
  void createClass(String kind, String type, String reclaimPolicy, String bindingMode) {
    StorageClass made =
        new StorageClassBuilder()
            .withNewMetadata()
            .withName(classOf(kind))
            .endMetadata()
            .withProvisioner(DRIVER)
            .withParameters(Map.of("type", type, "fsType", settings.filesystem()))
            .withReclaimPolicy(reclaimPolicy)
            .withVolumeBindingMode(bindingMode)
            .withAllowVolumeExpansion(true)
            .build();
    client.resource(made).create();
    undo.push(() -> client.resource(made).delete());
  }

  /** The name of this test's StorageClass of the kind. */
  String classOf(String kind) {
    return name + "-" + kind.toLowerCase(Locale.ROOT);
  }

  String namespace() {
    return name;
  }

  KubernetesClient client() {
    return client;
  }

  /** One of deploy/examples as a user would apply it, with this cluster's image and class. */
  void applyExample(String file) throws IOException {
    applyExample(file, "Delete");
  }

  /** The same in the test's class of the kind. */
  void applyExample(String file, String kind) throws IOException {
    load(example(file, kind)).forEach(this::create);
  }

  /** The same, with its pods on nodes with these labels. */
  void applyExample(String file, String kind, Map<String, String> nodeLabels) throws IOException {
    for (HasMetadata item : load(example(file, kind))) {
      if (item instanceof Pod pod) {
        pod.getSpec().setNodeSelector(nodeLabels);
      }
      create(item);
    }
  }

  /** The pods of one that has been applied and whose pods are gone. */
  void applyPodsOf(String file) throws IOException {
    load(example(file, "Delete")).stream().filter(Pod.class::isInstance).forEach(this::create);
  }

  /** The example of a disk that exists already, for this one, under a name of this test's own. */
  void applyStaticDisk(String file, String disk) throws IOException {
    for (HasMetadata item : load(example(file, "Delete"))) {
      if (item instanceof PersistentVolume volume) {
        volume.getMetadata().setName(name);
        volume.getSpec().getClaimRef().setNamespace(name);
        volume.getSpec().getCsi().setVolumeHandle(disk);
        client.resource(volume).create();
      } else if (item instanceof PersistentVolumeClaim claim) {
        claim.getSpec().setVolumeName(name);
        create(claim);
      }
    }
  }

  /** Objects of the namespace, as YAML. */
  void apply(String yaml) {
    load(yaml).forEach(this::create);
  }

  private String example(String file, String kind) throws IOException {
    return Files.readString(EXAMPLES.resolve(file))
        .replace("busybox:1.37", settings.image())
        .replace("storageClassName: ssd-csi-udisk", "storageClassName: " + classOf(kind));
  }

  private List<HasMetadata> load(String yaml) {
    return client.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8))).items();
  }

  private void create(HasMetadata item) {
    item.getMetadata().setNamespace(name);
    client.resource(item).inNamespace(name).create();
  }

  void say(String what) {
    System.out.printf("%8.1f s  %s%n", (System.nanoTime() - start) / 1e9, what);
  }

  /** For what others do, which is asked for once a second. */
  static ConditionFactory eventually() {
    return await().pollInterval(Duration.ofSeconds(1)).timeout(Patience.LIMIT);
  }

  void awaitReady(String pod) {
    eventually()
        .untilAsserted(() ->
            assertThat(Readiness.isPodReady(Objects.requireNonNull(pods().withName(pod).get())))
                .as("pod %s is ready; its events: %s", pod, warnings())
                .isTrue());
    say("pod " + pod + " is ready");
  }

  /** Deletes it, and waits until it is gone or its controller has made another one. */
  void deletePod(String pod) {
    String uid = pod(pod).getMetadata().getUid();
    pods().withName(pod).delete();
    eventually()
        .until(() ->
            Optional.ofNullable(pods().withName(pod).get())
                .filter(found -> found.getMetadata().getUid().equals(uid))
                .isEmpty());
    say("pod " + pod + " is gone");
  }

  private NonNamespaceOperation<Pod, PodList, PodResource> pods() {
    return client.pods().inNamespace(name);
  }

  Pod pod(String pod) {
    return Objects.requireNonNull(pods().withName(pod).get(), pod);
  }

  PersistentVolumeClaim claim(String claim) {
    return Objects.requireNonNull(
        client.persistentVolumeClaims().inNamespace(name).withName(claim).get(), claim);
  }

  PersistentVolume volumeOf(String claim) {
    String volume = claim(claim).getSpec().getVolumeName();
    return Objects.requireNonNull(client.persistentVolumes().withName(volume).get(), claim);
  }

  String diskOf(String claim) {
    return volumeOf(claim).getSpec().getCsi().getVolumeHandle();
  }

  String phaseOf(String volume) {
    return Objects.requireNonNull(client.persistentVolumes().withName(volume).get(), volume)
        .getStatus()
        .getPhase();
  }

  /** Waits until no VolumeAttachment has the claim's volume. */
  void awaitDetached(String claim) {
    String volume = claim(claim).getSpec().getVolumeName();
    eventually()
        .until(() ->
            client.storage().v1().volumeAttachments().list().getItems().stream()
                .noneMatch(
                    found -> volume.equals(found.getSpec().getSource().getPersistentVolumeName())));
    say("claim " + claim + " is detached");
  }

  /** The host name of a node in whose zone there is another one. */
  Optional<String> findNodeWithAnotherBeside() {
    List<Node> nodes =
        client.nodes().list().getItems().stream()
            .filter(node -> !Boolean.TRUE.equals(node.getSpec().getUnschedulable()))
            .toList();
    return nodes.stream()
        .filter(
            node -> nodes.stream().filter(other -> zoneOf(other).equals(zoneOf(node))).count() > 1)
        .map(node -> node.getMetadata().getName())
        .findFirst();
  }

  private static String zoneOf(Node node) {
    return node.getMetadata().getLabels().getOrDefault(ZONE, "");
  }

  void grow(String claim, String size) {
    client
        .persistentVolumeClaims()
        .inNamespace(name)
        .withName(claim)
        .edit(found -> {
          found.getSpec().getResources().setRequests(Map.of("storage", new Quantity(size)));
          return found;
        });
    eventually()
        .untilAsserted(() ->
            assertThat(claim(claim).getStatus().getCapacity())
                .as("claim %s; events: %s", claim, warnings())
                .containsEntry("storage", new Quantity(size)));
    say("claim " + claim + " has " + size);
  }

  /** What the command prints, run by sh in the pod's first container. */
  String run(String pod, String command) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    try (ExecWatch running =
        pods().withName(pod).writingOutput(out).writingError(errors).exec("sh", "-ec", command)) {
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

  void awaitSnapshot(String snapshot) {
    eventually()
        .untilAsserted(() ->
            assertThat(status(snapshot).get("readyToUse")).as("%s", warnings()).isEqualTo(true));
    say("snapshot " + snapshot + " is ready");
  }

  private Map<?, ?> status(String snapshot) {
    GenericKubernetesResource found =
        client
            .genericKubernetesResources("snapshot.storage.k8s.io/v1", "VolumeSnapshot")
            .inNamespace(name)
            .withName(snapshot)
            .get();
    return found.get("status") instanceof Map<?, ?> status ? status : Map.of();
  }

  /** Messages of all warnings in the namespace. */
  List<String> warnings() {
    return events()
        .filter(event -> "Warning".equals(event.getType()))
        .map(Event::getMessage)
        .toList();
  }

  /** Waits for an event about the object whose message has the text in it. */
  void awaitEvent(String object, String reason, String text) {
    eventually()
        .untilAsserted(() ->
            assertThat(
                    events()
                        .filter(event -> object.equals(event.getInvolvedObject().getName()))
                        .map(event -> event.getReason() + ": " + event.getMessage())
                        .toList())
                .anyMatch(line -> line.startsWith(reason) && line.contains(text)));
    say("event of " + object + ": " + reason);
  }

  private Stream<Event> events() {
    return client.v1().events().inNamespace(name).list().getItems().stream();
  }

  /** The names of the PersistentVolumes of this namespace's claims. */
  List<String> volumes() {
    return client.persistentVolumes().list().getItems().stream()
        .filter(volume ->
            volume.getSpec().getClaimRef() != null
                && name.equals(volume.getSpec().getClaimRef().getNamespace()))
        .map(volume -> volume.getMetadata().getName())
        .toList();
  }

  /** All that was made here goes, disks as well; a volume that stays fails the test. */
  @Override
  public void close() {
    try {
      if (!Boolean.getBoolean("e2e.keep")) {
        clear();
      }
    } finally {
      client.close();
    }
  }

  private void clear() {
    for (String volume : volumes()) { // also what a failed test retained
      client
          .persistentVolumes()
          .withName(volume)
          .edit(found -> {
            found.getSpec().setPersistentVolumeReclaimPolicy("Delete");
            return found;
          });
    }
    client.namespaces().withName(name).delete();
    eventually().untilAsserted(() -> assertThat(volumes()).as("volumes that are left").isEmpty());
    eventually().until(() -> client.namespaces().withName(name).get() == null);
    undo.forEach(Runnable::run);
    say("nothing is left");
  }
}
