package cn.ucloud.csi.udisk.controller.kube.adapter;

import cn.ucloud.csi.udisk.common.identity.IdentityService;
import cn.ucloud.csi.udisk.controller.cluster.VolumeEvent;
import cn.ucloud.csi.udisk.controller.kube.client.Patches;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Writes events: one for each object and reason, which counts how often it came again. For one
 * thread at a time.
 */
public final class EventWriter {
  /** The same again is written no more often than that, and something new no more often than. */
  static final Duration SAME_AGAIN = Duration.ofMinutes(10);

  static final Duration NEWS = Duration.ofSeconds(30);

  private static final int REMEMBERED = 1000;

  /** Kubernetes' limit is 1024 bytes. */
  private static final int LONGEST = 1000;

  private record Key(String kind, String uid, VolumeEvent.Reason reason) {}

  private record Written(String name, String text, Instant at, int count) {}

  private final KubernetesClient client;
  private final String reporter;
  private final InstantSource clock;
  private final Map<Key, Written> written =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Written> eldest) {
          return size() > REMEMBERED;
        }
      };

  /**
   * @param reporter this process
   */
  public EventWriter(KubernetesClient client, String reporter, InstantSource clock) {
    this.client = client;
    this.reporter = reporter;
    this.clock = clock;
  }

  /**
   * Writes it, unless that was done just before.
   *
   * @return whether anything was written
   * @throws KubernetesClientException if it cannot be
   */
  boolean write(HasMetadata object, VolumeEvent notice) {
    Key key =
        new Key(
            object.getKind(),
            String.valueOf(object.getMetadata().getUid()) + object.getMetadata().getName(),
            notice.reason());
    String text = shortened(notice.text());
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Written before = written.get(key);
    if (before == null) {
      written.put(key, new Written(create(object, notice, text, now), text, now, 1));
      return true;
    }
    Duration pause = text.equals(before.text) ? SAME_AGAIN : NEWS;
    int count = before.count + 1;
    if (now.isBefore(before.at.plus(pause))) {
      written.put(key, new Written(before.name, before.text, before.at, count));
      return false;
    }
    String name =
        update(object, before.name, text, now, count)
            ? before.name
            : create(object, notice, text, now);
    written.put(key, new Written(name, text, now, count));
    return true;
  }

  private static String shortened(String text) {
    return text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
  }

  /** Events of what has no namespace are in this one. */
  private static String namespace(HasMetadata object) {
    String own = object.getMetadata().getNamespace();
    return own == null ? "default" : own;
  }

  private String create(HasMetadata object, VolumeEvent notice, String text, Instant now) {
    ObjectMeta meta = object.getMetadata();
    String name = meta.getName() + "." + UUID.randomUUID();
    Event event =
        new EventBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace(namespace(object))
            .endMetadata()
            .withNewInvolvedObject()
            .withApiVersion(object.getApiVersion())
            .withKind(object.getKind())
            .withNamespace(meta.getNamespace())
            .withName(meta.getName())
            .withUid(meta.getUid())
            .endInvolvedObject()
            .withType(notice.reason().isWarning() ? "Warning" : "Normal")
            .withReason(notice.reason().word())
            .withMessage(text)
            .withCount(1)
            .withFirstTimestamp(now.toString())
            .withLastTimestamp(now.toString())
            .withNewSource()
            .withComponent(IdentityService.DRIVER_NAME)
            .endSource()
            .withReportingComponent(IdentityService.DRIVER_NAME)
            .withReportingInstance(reporter)
            .build();
    var _ = client.resource(event).inNamespace(namespace(object)).create();
    return name;
  }

  /** False if the event is gone: Kubernetes keeps them for an hour. */
  private boolean update(HasMetadata object, String name, String text, Instant now, int count) {
    try {
      Event named =
          new EventBuilder()
              .withNewMetadata()
              .withNamespace(namespace(object))
              .withName(name)
              .endMetadata()
              .build();
      Patches.merge(
          client, named, Map.of("count", count, "lastTimestamp", now.toString(), "message", text));
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }
}
