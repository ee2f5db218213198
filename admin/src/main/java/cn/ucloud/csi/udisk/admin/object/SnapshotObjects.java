package cn.ucloud.csi.udisk.admin.object;

import static cn.ucloud.csi.udisk.admin.object.Json.text;

import cn.ucloud.csi.udisk.admin.port.ObjectApi;
import cn.ucloud.csi.udisk.admin.port.Unreadable;
import cn.ucloud.csi.udisk.common.identity.IdentityService;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Snapshots of one label in a namespace, and the classes of this driver.
 *
 * @param classes the names of those that delete the cloud's snapshot with the object
 */
public record SnapshotObjects(List<VolumeSnapshot> snapshots, List<String> classes) {
  private static final String GROUP = "/apis/snapshot.storage.k8s.io/v1/";

  /** Where nobody installed their kinds, or where they could not be read. */
  public static final SnapshotObjects NONE = new SnapshotObjects(List.of(), List.of());

  /**
   * A VolumeSnapshot.
   *
   * @param error what is said of the last try; empty if nothing is
   */
  public record VolumeSnapshot(
      String name, String uid, boolean isReady, boolean isDeleting, String error) {}

  /**
   * Reads them.
   *
   * @param label as {@code key=value}, encoded
   */
  public static SnapshotObjects read(ObjectApi api, String namespace, String label)
      throws Unreadable {
    List<VolumeSnapshot> snapshots = new ArrayList<>();
    List<String> classes = new ArrayList<>();
    api.forEach(
        GROUP + "volumesnapshotclasses",
        object -> {
          if (IdentityService.DRIVER_NAME.equals(text(object, "/driver"))
              && "Delete".equals(text(object, "/deletionPolicy"))) {
            classes.add(text(object, "/metadata/name"));
          }
        });
    api.forEach(
        GROUP + "namespaces/" + namespace + "/volumesnapshots?labelSelector=" + label,
        object -> snapshots.add(snapshot(object)));
    return new SnapshotObjects(List.copyOf(snapshots), classes.stream().sorted().toList());
  }

  private static VolumeSnapshot snapshot(JsonNode object) {
    return new VolumeSnapshot(
        text(object, "/metadata/name"),
        text(object, "/metadata/uid"),
        object.at("/status/readyToUse").asBoolean(false),
        !text(object, "/metadata/deletionTimestamp").isEmpty(),
        text(object, "/status/error/message"));
  }
}
