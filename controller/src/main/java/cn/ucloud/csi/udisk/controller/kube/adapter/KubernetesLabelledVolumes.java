package cn.ucloud.csi.udisk.controller.kube.adapter;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.controller.kube.client.Informer;
import cn.ucloud.csi.udisk.controller.kube.client.Pages;
import cn.ucloud.csi.udisk.controller.kube.client.Patches;
import cn.ucloud.csi.udisk.controller.kube.record.PersistentVolumes;
import cn.ucloud.csi.udisk.controller.kube.record.VolumeRecord;
import cn.ucloud.csi.udisk.controller.label.LabelledVolumes;
import cn.ucloud.csi.udisk.controller.model.LabelTemplate.ClaimFacts;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Volumes as they were watched, and claims and namespaces as they are. Claims are not watched:
 * their labels change so rarely that a list of them now and then costs less than all in memory.
 */
public final class KubernetesLabelledVolumes implements LabelledVolumes {
  private static final String BOUND = "Bound";

  private final KubernetesClient client;
  private final Informer<VolumeRecord> volumes;

  public KubernetesLabelledVolumes(KubernetesClient client, Informer<VolumeRecord> volumes) {
    this.client = client;
    this.volumes = volumes;
  }

  @Override
  public Collection<Known> all() {
    return volumes.all().stream().flatMap(record -> known(record).stream()).toList();
  }

  @Override
  public Optional<Known> find(String name) {
    return volumes.find(name).flatMap(KubernetesLabelledVolumes::known);
  }

  @Override
  public void tell(Consumer<Known> listener) {
    volumes.tell(record -> known(record).ifPresent(listener));
  }

  private static Optional<Known> known(VolumeRecord record) {
    return record
        .findDisk()
        .filter(_ -> record.isOurs())
        .map(disk ->
            new Known(
                record.name(),
                disk,
                Optional.ofNullable(record.labels()),
                Optional.ofNullable(record.boundLabels())));
  }

  @Override
  public Optional<ClaimFacts> findClaim(String volume, boolean withNamespaceLabels) {
    return asked(
        "the claim of " + volume,
        () -> {
          PersistentVolume found = client.persistentVolumes().withName(volume).get();
          return Optional.ofNullable(found)
              .flatMap(it -> Optional.ofNullable(it.getSpec().getClaimRef()))
              .flatMap(this::find)
              .map(claim -> facts(claim, namespaces(withNamespaceLabels)));
        });
  }

  /** Its name may belong to another claim by now. */
  private Optional<PersistentVolumeClaim> find(ObjectReference reference) {
    return Optional.ofNullable(
            client
                .persistentVolumeClaims()
                .inNamespace(reference.getNamespace())
                .withName(reference.getName())
                .get())
        .filter(claim ->
            reference.getUid() == null || reference.getUid().equals(claim.getMetadata().getUid()));
  }

  @Override
  public void forEachClaim(boolean withNamespaceLabels, BiConsumer<String, ClaimFacts> consumer) {
    Function<String, Map<String, String>> namespaces = namespaces(withNamespaceLabels);
    var _ =
        asked(
            "claims",
            () -> {
              Pages.forEach(
                  options -> client.persistentVolumeClaims().inAnyNamespace().list(options),
                  claim ->
                      findVolume(claim)
                          .ifPresent(volume -> consumer.accept(volume, facts(claim, namespaces))));
              return true;
            });
  }

  /** Anybody may write a volume's name on a claim; only Kubernetes says that it has it. */
  private static Optional<String> findVolume(PersistentVolumeClaim claim) {
    return Optional.ofNullable(claim.getStatus())
        .filter(status -> BOUND.equals(status.getPhase()))
        .flatMap(_ -> Optional.ofNullable(claim.getSpec()))
        .flatMap(spec -> Optional.ofNullable(spec.getVolumeName()));
  }

  private static ClaimFacts facts(
      PersistentVolumeClaim claim, Function<String, Map<String, String>> namespaces) {
    String namespace = claim.getMetadata().getNamespace();
    return new ClaimFacts(
        namespace, claim.getMetadata().getName(), labels(claim), namespaces.apply(namespace));
  }

  /** Each namespace is asked for once. */
  private Function<String, Map<String, String>> namespaces(boolean areWanted) {
    Map<String, Map<String, String>> known = new HashMap<>();
    return name ->
        areWanted
            ? known.computeIfAbsent(
                name, missing -> labels(client.namespaces().withName(missing).get()))
            : Map.of();
  }

  private static Map<String, String> labels(@Nullable HasMetadata object) {
    return Optional.ofNullable(object)
        .flatMap(found -> Optional.ofNullable(found.getMetadata().getLabels()))
        .orElse(Map.of());
  }

  @Override
  public void mark(String volume, String bound) {
    var _ =
        asked(
            "the labels of " + volume,
            () -> {
              annotate(volume, bound.isEmpty() ? null : bound);
              return true;
            });
  }

  private void annotate(String volume, @Nullable String bound) {
    try {
      Patches.merge(
          client,
          new PersistentVolumeBuilder().withNewMetadata().withName(volume).endMetadata().build(),
          Map.of(
              "metadata",
              Map.of(
                  "annotations", Collections.singletonMap(PersistentVolumes.BOUND_LABELS, bound))));
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
        throw e;
      }
    }
  }

  private static <T> T asked(String what, Supplier<T> question) {
    try {
      return question.get();
    } catch (KubernetesClientException e) {
      throw new Unavailable("%s cannot be read or written: %s".formatted(what, e.getMessage()), e);
    }
  }
}
