package cn.ucloud.csi.udisk.controller.kube.record;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.TaintBuilder;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a Node says of being out of service: the taint with which somebody tells Kubernetes that a
 * host is off (KEP-2268), and by an annotation when this driver did.
 *
 * @param isTainted whether it is out of service
 * @param since when this driver said so, whether or not the taint is there still; null if it never
 *     did
 * @param isOurs whether the taint that is there is the one that this driver set
 */
public record OutOfService(boolean isTainted, @Nullable Instant since, boolean isOurs) {
  public static final String TAINT = "node.kubernetes.io/out-of-service";
  public static final String VALUE = "nodeshutdown";
  public static final String EFFECT = "NoExecute";

  /** Says when; the taint of that time is this driver's. */
  public static final String ANNOTATION = "udisk.csi.ucloud.cn/out-of-service-since";

  private static final OutOfService NO = new OutOfService(false, null, false);

  public static OutOfService of(Node node) {
    Optional<Taint> taint = taints(node).filter(one -> TAINT.equals(one.getKey())).findFirst();
    Optional<Instant> since =
        Optional.ofNullable(node.getMetadata().getAnnotations())
            .flatMap(all -> time(all.get(ANNOTATION)));
    return taint.isEmpty() && since.isEmpty()
        ? NO
        : new OutOfService(
            taint.isPresent(),
            since.orElse(null),
            since.isPresent() && since.equals(taint.flatMap(one -> time(one.getTimeAdded()))));
  }

  public Optional<Instant> findSince() {
    return Optional.ofNullable(since);
  }

  /** The taints of the node and this one. */
  public static List<Taint> taintsWith(Node node, Instant since) {
    Taint own =
        new TaintBuilder()
            .withKey(TAINT)
            .withValue(VALUE)
            .withEffect(EFFECT)
            .withTimeAdded(since.toString())
            .build();
    return Stream.concat(taints(node), Stream.of(own)).toList();
  }

  public static List<Taint> taintsWithout(Node node) {
    return taints(node).filter(taint -> !TAINT.equals(taint.getKey())).toList();
  }

  /** The annotations of the node, with this one or without it. */
  public static Map<String, String> annotations(Node node, Optional<Instant> since) {
    Map<String, String> all = new TreeMap<>();
    Optional.ofNullable(node.getMetadata().getAnnotations()).ifPresent(all::putAll);
    all.remove(ANNOTATION);
    since.ifPresent(moment -> all.put(ANNOTATION, moment.toString()));
    return all;
  }

  private static Stream<Taint> taints(Node node) {
    return Stream.ofNullable(node.getSpec()).flatMap(spec -> spec.getTaints().stream());
  }

  private static Optional<Instant> time(@Nullable String text) {
    try {
      return Optional.ofNullable(text).map(Instant::parse);
    } catch (DateTimeParseException e) { // somebody wrote something else there
      return Optional.empty();
    }
  }
}
