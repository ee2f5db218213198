package cn.ucloud.csi.udisk.controller.kube.adapter;

import cn.ucloud.csi.udisk.common.concurrent.Permission;
import cn.ucloud.csi.udisk.common.identity.IdentityService;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.cluster.EventRecorder;
import cn.ucloud.csi.udisk.controller.cluster.VolumeEvent;
import cn.ucloud.csi.udisk.controller.kube.client.Informer;
import cn.ucloud.csi.udisk.controller.kube.client.Pages;
import cn.ucloud.csi.udisk.controller.kube.record.VolumeRecord;
import cn.ucloud.csi.udisk.controller.model.Claim;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices as events of Kubernetes objects, written behind the back of whoever gives them. What is
 * more than the queue holds, or cannot be written, is lost and counted.
 */
public final class KubernetesEventRecorder implements EventRecorder, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KubernetesEventRecorder.class);
  private static final int WAITING = 1000;

  private final KubernetesClient client;
  private final Informer<VolumeRecord> volumes;
  private final Permission permission;
  private final EventWriter log;
  private final AtomicLong written = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();

  /** One thread, which the log needs. */
  private final ThreadPoolExecutor writer =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(WAITING),
          Thread.ofPlatform().daemon().name("events").factory());

  public KubernetesEventRecorder(
      KubernetesClient client,
      Informer<VolumeRecord> volumes,
      Permission permission,
      EventWriter log) {
    this.client = client;
    this.volumes = volumes;
    this.permission = permission;
    this.log = log;
  }

  public EventCounts counts() {
    return new EventCounts(written.get(), failed.get(), dropped.get());
  }

  /** How many are not dealt with yet. */
  long waiting() {
    return writer.getTaskCount() - writer.getCompletedTaskCount();
  }

  @Override
  public void about(Claim claim, VolumeEvent notice) {
    plan(notice, () -> find(claim).stream());
  }

  @Override
  public void about(VolumeId volume, VolumeEvent notice) {
    plan(notice, () -> find(volume).stream());
  }

  @Override
  public void aboutClaimed(VolumeId volume, VolumeEvent notice) {
    about(volume, notice);
    plan(notice, () -> findClaim(volume).map(KubernetesEventRecorder::object).stream());
  }

  /** One after the other: who may not list pods can still tell the others. */
  @Override
  public void aboutUse(VolumeId volume, VolumeEvent notice) {
    aboutClaimed(volume, notice);
    plan(notice, () -> findClaim(volume).stream().flatMap(this::pods));
  }

  @Override
  public void aboutNode(String node, VolumeEvent notice) {
    plan(notice, () -> Stream.ofNullable(client.nodes().withName(node).get()));
  }

  @Override
  public void aboutDriver(VolumeEvent notice) {
    plan(
        notice,
        () ->
            Stream.ofNullable(
                client.storage().v1().csiDrivers().withName(IdentityService.DRIVER_NAME).get()));
  }

  private Optional<PersistentVolume> find(VolumeId volume) {
    return volumes.all().stream()
        .filter(found -> volume.equals(found.disk()))
        .findFirst()
        .map(found -> client.persistentVolumes().withName(found.name()).get());
  }

  private Optional<ObjectReference> findClaim(VolumeId volume) {
    return find(volume).map(found -> found.getSpec().getClaimRef());
  }

  private static PersistentVolumeClaim object(ObjectReference claim) {
    return new PersistentVolumeClaimBuilder()
        .withNewMetadata()
        .withNamespace(claim.getNamespace())
        .withName(claim.getName())
        .withUid(claim.getUid())
        .endMetadata()
        .build();
  }

  /** The pods on a node that use it, asked of the API server itself. */
  private Stream<Pod> pods(ObjectReference claim) {
    List<Pod> users = new ArrayList<>();
    Pages.forEach(
        options -> client.pods().inNamespace(claim.getNamespace()).list(options),
        pod -> {
          if (uses(pod, claim.getName())) {
            users.add(pod);
          }
        });
    return users.stream();
  }

  private static boolean uses(Pod pod, String claim) {
    return pod.getSpec() != null
        && pod.getSpec().getNodeName() != null
        && pod.getSpec().getVolumes().stream()
            .map(Volume::getPersistentVolumeClaim)
            .anyMatch(source -> source != null && claim.equals(source.getClaimName()));
  }

  /** Its name may belong to another claim by now; the volume's name carries its UID. */
  private Optional<PersistentVolumeClaim> find(Claim claim) {
    return Optional.ofNullable(
            client
                .persistentVolumeClaims()
                .inNamespace(claim.namespace())
                .withName(claim.name())
                .get())
        .filter(found -> claim.volume().endsWith("-" + found.getMetadata().getUid()));
  }

  private void plan(VolumeEvent notice, Supplier<? extends Stream<? extends HasMetadata>> objects) {
    try {
      writer.execute(() -> write(notice, objects));
    } catch (RejectedExecutionException e) {
      dropped.incrementAndGet();
      LOG.debug("not told: {}", notice.text());
    }
  }

  private void write(
      VolumeEvent notice, Supplier<? extends Stream<? extends HasMetadata>> objects) {
    try {
      permission.require();
      objects
          .get()
          .forEach(object -> {
            if (log.write(object, notice)) {
              written.incrementAndGet();
            }
          });
    } catch (RuntimeException e) {
      failed.incrementAndGet();
      LOG.warn("cannot write the event {}: {}", notice.reason().word(), e.toString());
    }
  }

  @Override
  public void close() {
    writer.shutdownNow();
  }
}
