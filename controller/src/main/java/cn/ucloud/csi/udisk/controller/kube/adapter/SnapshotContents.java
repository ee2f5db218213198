package cn.ucloud.csi.udisk.controller.kube.adapter;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.SnapshotId;
import cn.ucloud.csi.udisk.controller.audit.SnapshotRecords;
import cn.ucloud.csi.udisk.controller.kube.client.Pages;
import cn.ucloud.csi.udisk.controller.model.Snapshot;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.net.HttpURLConnection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The VolumeSnapshotContents, which not every cluster has. */
public final class SnapshotContents implements SnapshotRecords {
  private static final ResourceDefinitionContext KIND =
      new ResourceDefinitionContext.Builder()
          .withGroup("snapshot.storage.k8s.io")
          .withVersion("v1")
          .withKind("VolumeSnapshotContent")
          .withPlural("volumesnapshotcontents")
          .withNamespaced(false)
          .build();

  private static final Pattern UID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  private final KubernetesClient client;

  public SnapshotContents(KubernetesClient client) {
    this.client = client;
  }

  /** The UID of a VolumeSnapshot in the name that the snapshotter gives its snapshot. */
  static Optional<String> findUid(String snapshotName) {
    Matcher matcher = UID.matcher(snapshotName);
    return matcher.find() ? Optional.of(matcher.group()) : Optional.empty();
  }

  @Override
  public boolean exist() {
    try {
      var _ = list(new ListOptionsBuilder().withLimit(1L).build());
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND
          || e.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
        return false;
      }
      throw unknown(e);
    }
  }

  @Override
  public Set<SnapshotId> among(List<Snapshot> snapshots) {
    Set<SnapshotId> wanted = new HashSet<>();
    try {
      Pages.forEach(
          this::list,
          content ->
              snapshots.stream()
                  .filter(snapshot -> isFor(content, snapshot))
                  .forEach(snapshot -> wanted.add(snapshot.id())));
      return wanted;
    } catch (KubernetesClientException e) {
      throw unknown(e);
    }
  }

  /**
   * The UIDs of the VolumeSnapshots that are not ready, so that their snapshot may still be asked
   * for. Those of other drivers are among them and do no harm.
   *
   * @throws Unavailable if they cannot be listed
   */
  Set<String> uidsOfUnready() {
    Set<String> uids = new HashSet<>();
    try {
      Pages.forEach(
          this::list,
          content -> {
            if (!text(content, "status", "readyToUse").equals(Optional.of("true"))) {
              text(content, "spec", "volumeSnapshotRef", "uid").ifPresent(uids::add);
            }
          });
      return uids;
    } catch (KubernetesClientException e) {
      throw unknown(e);
    }
  }

  private GenericKubernetesResourceList list(ListOptions options) {
    return client.genericKubernetesResources(KIND).list(options);
  }

  /**
   * Before it has a handle, a content is known by the UID of its VolumeSnapshot, which the
   * snapshotter puts in the snapshot's name. A name that was cut has none, and may be anyone's.
   */
  private static boolean isFor(GenericKubernetesResource content, Snapshot snapshot) {
    Optional<String> handle =
        text(content, "status", "snapshotHandle")
            .or(() -> text(content, "spec", "source", "snapshotHandle"));
    if (handle.isPresent()) {
      return handle.get().equals(snapshot.id().value());
    }
    String uid = text(content, "spec", "volumeSnapshotRef", "uid").orElse("");
    return findUid(snapshot.name()).isEmpty() || snapshot.name().contains(uid);
  }

  private static Optional<String> text(GenericKubernetesResource content, Object... path) {
    return Optional.ofNullable(content.get(path)).map(Object::toString);
  }

  private static Unavailable unknown(KubernetesClientException e) {
    return new Unavailable("VolumeSnapshotContents cannot be listed: " + e.getMessage(), e);
  }
}
