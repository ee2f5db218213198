package cn.ucloud.csi.udisk.admin.smoke;

import cn.ucloud.csi.udisk.admin.facts.Claim;
import cn.ucloud.csi.udisk.admin.facts.Pod;
import cn.ucloud.csi.udisk.admin.link.Links;
import cn.ucloud.csi.udisk.admin.object.SnapshotObjects;
import cn.ucloud.csi.udisk.admin.object.SnapshotObjects.VolumeSnapshot;
import cn.ucloud.csi.udisk.admin.plan.Step;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What is there of test volumes in a namespace, of whichever run. */
public record Seen(String namespace, Links links, SnapshotObjects snapshots) {

  Instant at() {
    return links.facts().at();
  }

  Optional<Claim> claim(String name) {
    return links.claim(namespace + "/" + name);
  }

  Optional<Pod> pod(String name) {
    return links.facts().pods().stream().filter(pod -> pod.name().equals(name)).findFirst();
  }

  Optional<VolumeSnapshot> snapshot(String name) {
    return snapshots.snapshots().stream().filter(found -> found.name().equals(name)).findFirst();
  }

  /** The names of the objects of some runs. */
  List<String> names(Predicate<String> which) {
    return Stream.of(
            links.facts().pods().stream().map(pod -> "pod/" + pod.name()),
            snapshots.snapshots().stream().map(found -> "volumesnapshot/" + found.name()),
            links.facts().claims().stream().map(claim -> "pvc/" + claim.name()))
        .flatMap(names -> names)
        .filter(name -> which.test(name.substring(name.indexOf('/') + 1)))
        .toList();
  }

  /** Deletions of all those of some runs that nobody deletes yet. */
  List<Step> deletions(Predicate<String> which) {
    List<Step> steps = new ArrayList<>();
    links.facts().pods().stream()
        .filter(pod -> which.test(pod.name()) && !pod.isDeleting())
        .forEach(pod -> steps.add(delete(pod)));
    snapshots.snapshots().stream()
        .filter(found -> which.test(found.name()) && !found.isDeleting())
        .forEach(found ->
            steps.add(
                delete(
                    "/apis/snapshot.storage.k8s.io/v1",
                    "volumesnapshots",
                    found.name(),
                    found.uid())));
    links.facts().claims().stream()
        .filter(claim -> which.test(claim.name()) && !claim.isDeleting())
        .forEach(claim ->
            steps.add(delete("/api/v1", "persistentvolumeclaims", claim.name(), claim.uid())));
    return steps;
  }

  Step delete(Pod pod) {
    return delete("/api/v1", "pods", pod.name(), pod.uid());
  }

  private Step delete(String api, String kind, String name, String uid) {
    return new Step.Delete(
        "%s/namespaces/%s/%s/%s".formatted(api, namespace, kind, name),
        "{\"apiVersion\":\"v1\",\"kind\":\"DeleteOptions\",\"preconditions\":{\"uid\":\"%s\"}}"
            .formatted(uid));
  }
}
