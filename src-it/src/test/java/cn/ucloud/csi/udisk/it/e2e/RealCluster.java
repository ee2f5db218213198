package cn.ucloud.csi.udisk.it.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import cn.ucloud.csi.udisk.common.identity.IdentityService;
import cn.ucloud.csi.udisk.testing.Patience;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.TestAbortedException;

/**
 * A cluster with the driver in it, and a namespace and StorageClasses there for one test. After the
 * test all that it made or changed is as before, disks as well; what stays fails the test.
 */
final class RealCluster implements BeforeEachCallback, AfterEachCallback {
  /** On all that a namespace does not hold, for whoever has to tidy up after a killed run. */
  private static final Map<String, String> LABELS =
      Map.of("app.kubernetes.io/managed-by", "udisk-csi-e2e");

  private final Settings settings = Settings.read();
  private final KubernetesClient client = new KubernetesClientBuilder().build();
  private final String name = "udisk-e2e-" + UUID.randomUUID().toString().substring(0, 8);
  private final Pods pods = new Pods(this);
  private final Claims claims = new Claims(this);
  private final Nodes nodes = new Nodes(client);
  private final Processes processes = new Processes(settings, client);
  private final Optional<Region> region = settings.region().map(Region::new);
  private final Deque<Runnable> changed = new ArrayDeque<>();
  private final Deque<StorageClass> classes = new ArrayDeque<>();
  private final long start = System.nanoTime();
  private Set<String> before = Set.of();

  @Override
  public void beforeEach(ExtensionContext context) {
    say(
        "%s.%s"
            .formatted(context.getRequiredTestClass().getSimpleName(), context.getDisplayName()));
    before = region.map(Region::disksAndSnapshots).orElse(Set.of());
    client
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(name)
                .withLabels(LABELS)
                .endMetadata()
                .build())
        .create();
    for (String policy : List.of("Delete", "Retain")) {
      createClass(policy, Map.of(), policy, "WaitForFirstConsumer");
    }
  }

  Settings settings() {
    return settings;
  }

  KubernetesClient client() {
    return client;
  }

  String namespace() {
    return name;
  }

  Pods pods() {
    return pods;
  }

  Claims claims() {
    return claims;
  }

  Nodes nodes() {
    return nodes;
  }

  Processes processes() {
    return processes;
  }

  Examples examples() {
    return new Examples(this);
  }

  Optional<Region> region() {
    return region;
  }

  /** The region whose console is used; without one the test is skipped. */
  Region requireRegion() {
    assumeTrue(region.isPresent(), "no simulated region is named by E2E_SIMULATOR");
    return region.orElseThrow();
  }

  /** A StorageClass of this test's own; the parameters win over the usual ones. */
  void createClass(
      String kind, Map<String, String> parameters, String reclaimPolicy, String bindingMode) {
    create(
        kind,
        new StorageClassBuilder()
            .withProvisioner(IdentityService.DRIVER_NAME)
            .addToParameters(Map.of("type", settings.type(), "fsType", settings.filesystem()))
            .addToParameters(parameters)
            .withReclaimPolicy(reclaimPolicy)
            .withVolumeBindingMode(bindingMode)
            .withAllowVolumeExpansion(true)
            .build());
  }

  /** A StorageClass under the name that this test has for the kind. */
  void create(String kind, StorageClass storageClass) {
    StorageClass named =
        new StorageClassBuilder(storageClass)
            .withNewMetadata()
            .withName(classOf(kind))
            .withLabels(LABELS)
            .endMetadata()
            .build();
    client.resource(named).create();
    classes.push(named);
  }

  /** The name of this test's StorageClass of the kind. */
  String classOf(String kind) {
    return name + "-" + kind.toLowerCase(Locale.ROOT);
  }

  /** Objects of the namespace, as YAML. */
  void apply(String yaml) {
    load(yaml).forEach(this::create);
  }

  List<HasMetadata> load(String yaml) {
    return client.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8))).items();
  }

  void create(HasMetadata item) {
    item.getMetadata().setNamespace(name);
    client.resource(item).inNamespace(name).create();
  }

  /** What is done after the test, whatever becomes of it; the last one first. */
  void afterwards(Runnable restore) {
    changed.push(restore);
  }

  void say(String what) {
    System.out.printf("%8.1f s  %s%n", (System.nanoTime() - start) / 1e9, what);
  }

  /** For what others do, which is asked for once a second. */
  static ConditionFactory eventually() {
    return await().pollInterval(Duration.ofSeconds(1)).timeout(Patience.LIMIT);
  }

  /** Messages of all warnings in the namespace. */
  List<String> warnings() {
    return events()
        .filter(event -> "Warning".equals(event.getType()))
        .map(event ->
            "%s of %s: %s"
                .formatted(
                    event.getReason(), event.getInvolvedObject().getName(), event.getMessage()))
        .toList();
  }

  /** Waits for an event about the object whose message has the text in it. */
  void awaitEvent(String object, String reason, String text) {
    awaitEvent(object, reason, text, Patience.LIMIT);
  }

  void awaitEvent(String object, String reason, String text, Duration limit) {
    eventually()
        .timeout(limit)
        .untilAsserted(() ->
            assertThat(
                    events()
                        .filter(event -> object.equals(event.getInvolvedObject().getName()))
                        .map(event -> event.getReason() + ": " + event.getMessage())
                        .toList())
                .anyMatch(line -> line.startsWith(reason) && line.contains(text)));
    say("event of " + object + ": " + reason + " … " + text);
  }

  private Stream<Event> events() {
    return client.v1().events().inNamespace(name).list().getItems().stream();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    context
        .getExecutionException()
        .ifPresent(problem -> {
          if (!(problem instanceof TestAbortedException)) {
            say("failed; warnings: " + String.join("\n  ", warnings()));
          }
        });
    try {
      if (!Boolean.getBoolean("e2e.keep")) {
        clear();
      }
    } finally {
      client.close();
    }
  }

  private void clear() {
    assertAll(
        () -> assertAll(changed.stream().map(restore -> restore::run)),
        this::deleteNamespace,
        () -> assertAll(classes.stream().map(made -> () -> client.resource(made).delete())),
        this::nothingIsLeftInTheRegion);
    say("nothing is left");
  }

  private void deleteNamespace() {
    claims.retainNothing();
    client.namespaces().withName(name).delete();
    eventually()
        .untilAsserted(() -> assertThat(claims.volumes()).as("volumes that are left").isEmpty());
    eventually().until(() -> client.namespaces().withName(name).get() == null);
    eventually()
        .untilAsserted(
            () -> assertThat(claims.snapshotContents()).as("snapshots that are left").isEmpty());
  }

  /** Other users of the cluster may have made disks meanwhile, which are their volumes'. */
  private void nothingIsLeftInTheRegion() {
    region.ifPresent(simulated ->
        eventually()
            .untilAsserted(() -> {
              Set<String> left = simulated.disksAndSnapshots();
              left.removeAll(before);
              left.removeAll(claims.handles());
              assertThat(left).as("disks and snapshots that nobody has").isEmpty();
            }));
  }
}
