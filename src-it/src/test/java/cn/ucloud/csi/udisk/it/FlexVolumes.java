package cn.ucloud.csi.udisk.it;

import cn.ucloud.csi.udisk.admin.facts.Disk;
import cn.ucloud.csi.udisk.admin.facts.Driver;
import cn.ucloud.csi.udisk.admin.facts.Facts;
import cn.ucloud.csi.udisk.admin.facts.Node;
import cn.ucloud.csi.udisk.admin.link.Links;
import cn.ucloud.csi.udisk.admin.object.VolumeObjects;
import cn.ucloud.csi.udisk.admin.plan.Decision;
import cn.ucloud.csi.udisk.admin.plan.MigrateFlexv;
import cn.ucloud.csi.udisk.admin.plan.Step;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The volumes that {@code kubectl udisk migrate-flexv} makes of old ones. */
final class FlexVolumes {
  private static final KubernetesSerialization JSON = new KubernetesSerialization();

  private FlexVolumes() {}

  /** The new volume of the old one of this name, for this disk. */
  static PersistentVolume migrated(String name, String disk) {
    PersistentVolume old =
        ClosedCorpus.read("flexvolumes.yaml", PersistentVolume.class, name, Map.of("disk", disk));
    ObjectNode object = (ObjectNode) Chart.tree(JSON.asJson(old));
    if (object.at("/status/phase").isMissingNode()) {
      object.putObject("status").put("phase", "Available");
    }
    Facts facts = facts(object, disk);
    if (new MigrateFlexv(name).decide(new Links(facts)) instanceof Decision.Do todo
        && todo.steps().getFirst() instanceof Step.Create(var json)) {
      return JSON.unmarshal(json, PersistentVolume.class);
    }
    throw new AssertionError("no volume is made of " + name);
  }

  private static Facts facts(ObjectNode volume, String disk) {
    return new Facts(
        Instant.EPOCH,
        0,
        new Facts.Scope("", false, Set.of()),
        Sandbox.REGION,
        "",
        Driver.UNKNOWN,
        List.of(),
        List.of(VolumeObjects.volume(volume).orElseThrow()),
        List.of(),
        List.of(node()),
        List.of(),
        List.of(),
        List.of(free(disk)),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  private static Disk free(String id) {
    return new Disk(
        id,
        "",
        "AVAILABLE",
        "ssd",
        10,
        Sandbox.ZONE,
        "",
        "",
        "",
        false,
        Instant.EPOCH,
        Instant.EPOCH,
        false,
        "");
  }

  private static Node node() {
    return new Node(
        "n",
        "",
        "",
        "True",
        Instant.EPOCH,
        Instant.EPOCH,
        List.of(),
        List.of(),
        "uhost-a",
        Sandbox.ZONE,
        false,
        20,
        false,
        List.of(),
        true,
        List.of(),
        List.of(),
        "");
  }
}
