package cn.ucloud.csi.udisk.admin.plan;

import cn.ucloud.csi.udisk.admin.facts.Attachment;
import cn.ucloud.csi.udisk.admin.facts.Claim;
import cn.ucloud.csi.udisk.admin.facts.Disk;
import cn.ucloud.csi.udisk.admin.facts.Driver;
import cn.ucloud.csi.udisk.admin.facts.Facts;
import cn.ucloud.csi.udisk.admin.facts.Host;
import cn.ucloud.csi.udisk.admin.facts.Node;
import cn.ucloud.csi.udisk.admin.facts.Pod;
import cn.ucloud.csi.udisk.admin.facts.Volume;
import cn.ucloud.csi.udisk.admin.link.Links;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A volume with its claim, pod, disk and two nodes, as small as a plan sees them: what its steps do
 * to them, what the cluster then does by itself, and what must never have been done.
 */
final class World {
  static final String DISK = "bsm-1";
  static final String PV = "pv";
  private static final String NEW = "pv-csi";
  private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
  private static final Instant LONG_AGO = NOW.minusSeconds(7200);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Where an attachment is in its life. */
  enum Attached {
    NO,
    YES,
    DELETING_FOR_LONG,
    DELETING
  }

  /** An attachment by its name. */
  private record On(String node, Attached how) {}

  String claimUid = "A";
  String boundUid = "A";
  String phase = "Bound";
  String policy = "Delete";
  boolean hasVolume = true;
  boolean isFlex;
  boolean isNamedTwice;
  String diskStatus = "INUSE";
  String diskNode = "n1";
  String podNode = "n1";
  String usedAt = "n1";
  boolean isSilent;
  String hostState = "Running";
  boolean isTainted;

  private final Map<String, On> attachments = new TreeMap<>();
  private final Map<String, String> made = new TreeMap<>();
  private boolean hasImported;

  World attach(String node, Attached how) {
    if (how != Attached.NO) {
      attachments.put("csi-" + node, new On(node, how));
    }
    return this;
  }

  Links links() {
    List<Volume> volumes = new ArrayList<>();
    if (hasVolume) {
      volumes.add(
          volume(isFlex ? Volume.Kind.FLEX : Volume.Kind.CSI, PV, phase, policy, "data", boundUid));
    }
    if (isNamedTwice) {
      volumes.add(volume(Volume.Kind.CSI, "other", "Bound", "Retain", "of-another", "Z"));
    }
    made.forEach((name, itsPhase) ->
        volumes.add(
            volume(
                Volume.Kind.CSI,
                name,
                itsPhase,
                "Retain",
                name.equals(NEW) ? "data" : "imported",
                "")));
    List<Claim> claims = new ArrayList<>();
    if (!claimUid.isEmpty()) {
      boolean isOurs = claimUid.equals(boundUid) || claimUid.equals("new");
      String volume = claimUid.equals("new") && isFlex ? NEW : PV;
      claims.add(claim("data", claimUid, isOurs ? volume : ""));
    }
    if (hasImported) {
      claims.add(claim("imported", "I", "adopted-" + DISK));
    }
    return new Links(
        new Facts(
            NOW,
            0,
            new Facts.Scope("", false, EnumSet.allOf(Facts.ObjectKind.class)),
            "cn-bj2",
            "uk8s-1",
            Driver.UNKNOWN,
            claims,
            volumes,
            attachments.entrySet().stream().map(World::attachment).toList(),
            List.of(node("n1", isSilent), node("n2", false)),
            podNode.isEmpty() ? List.of() : List.of(pod()),
            List.of(),
            List.of(disk()),
            List.of(
                new Host("uhost-n1", true, hostState, "z", 1),
                new Host("uhost-n2", true, "Running", "z", 1)),
            List.of(),
            List.of(),
            List.of(),
            List.of()));
  }

  private static Volume volume(
      Volume.Kind kind, String name, String phase, String policy, String claim, String uid) {
    return new Volume(
        name,
        "uid-" + name,
        "1",
        kind,
        DISK,
        phase,
        "",
        "ext4",
        false,
        List.of("ReadWriteOnce"),
        Map.of(),
        1L << 30,
        policy,
        "shop",
        claim,
        uid,
        List.of("z"),
        false,
        List.of(),
        LONG_AGO,
        Instant.EPOCH,
        List.of(),
        "",
        List.of(),
        false,
        Map.of(),
        Map.of());
  }

  private static Claim claim(String name, String uid, String volume) {
    return new Claim(
        "shop",
        name,
        uid,
        "1",
        "Bound",
        "",
        volume,
        1L << 30,
        List.of("ReadWriteOnce"),
        "",
        LONG_AGO,
        Instant.EPOCH,
        List.of(),
        Map.of());
  }

  private static Attachment attachment(Map.Entry<String, On> named) {
    On on = named.getValue();
    Instant deleted =
        switch (on.how()) {
          case DELETING_FOR_LONG -> LONG_AGO;
          case DELETING -> NOW;
          default -> Instant.EPOCH;
        };
    return new Attachment(
        named.getKey(),
        "uid",
        "1",
        PV,
        on.node(),
        on.node(),
        true,
        "vdb",
        LONG_AGO,
        deleted,
        "",
        "",
        List.of("external-attacher/udisk-csi-ucloud-cn"));
  }

  private Node node(String name, boolean silent) {
    return new Node(
        name,
        "uid-" + name,
        "1",
        silent ? "Unknown" : "True",
        LONG_AGO,
        silent ? LONG_AGO : NOW,
        List.of(),
        List.of("uhost-" + name),
        "uhost-" + name,
        "z",
        false,
        20,
        false,
        isTainted && name.equals("n1")
            ? List.of(Node.OUT_OF_SERVICE + "=nodeshutdown:NoExecute")
            : List.of(),
        true,
        List.of(),
        usedAt.equals(name) ? List.of(DISK) : List.of(),
        "v1.34.1");
  }

  private Pod pod() {
    return new Pod(
        "shop",
        "db-0",
        "uid-pod",
        podNode,
        "Running",
        true,
        List.of("data"),
        "",
        "",
        LONG_AGO,
        Instant.EPOCH);
  }

  private Disk disk() {
    return diskStatus.isEmpty()
        ? Disk.gone(DISK)
        : new Disk(
            DISK,
            "pvc-0_uk8s-1",
            diskStatus,
            "ssd",
            1,
            "z",
            diskNode.isEmpty() ? "" : "uhost-" + diskNode,
            "",
            "vdb",
            false,
            LONG_AGO,
            Instant.EPOCH,
            false,
            "");
  }

  /** Whether something on that node may write to the disk. */
  private boolean isUsedAt(String node) {
    boolean isOurs = hasVolume && !claimUid.isEmpty() && claimUid.equals(boundUid);
    return diskStatus.equals("INUSE")
        && diskNode.equals(node)
        && ((isOurs && podNode.equals(node)) || usedAt.equals(node) || isNamedTwice);
  }

  private On on(String name) {
    return attachments.getOrDefault(name, new On("", Attached.NO));
  }

  /** Does a step, as the API server does; says which promise it breaks, or nothing. */
  String apply(Step step) {
    return switch (step) {
      case Step.Patch(var resource, _, var name, var json) ->
          switch (resource) {
            case "volumeattachment" -> forget(name);
            case "persistentvolume" -> patchVolume(tree(json));
            default -> taint(json.contains("NoExecute"));
          };
      case Step.Create(var json) -> create(tree(json));
      case Step.Keys _, Step.Make _, Step.Note _, Step.Pause _ -> "";
      case Step.Delete(var path, _) -> {
        String name = path.substring(path.lastIndexOf('/') + 1);
        if (path.contains("/persistentvolume")) {
          yield forgetOld(path.contains("claims"));
        }
        String node = on(name).node();
        attachments.put(name, new On(node, Attached.DELETING));
        yield isUsedAt(node) ? "detaches a disk that is in use at " + node : "";
      }
    };
  }

  /** The claim, or the volume that was its. */
  private String forgetOld(boolean isClaim) {
    boolean isBound = !claimUid.isEmpty() && claimUid.equals(boundUid);
    boolean isSafe =
        policy.equals("Retain")
            && made.containsKey(NEW)
            && diskStatus.equals("AVAILABLE")
            && podNode.isEmpty()
            && (isClaim || !isBound);
    if (isClaim) {
      claimUid = "";
    } else {
      hasVolume = false;
    }
    return isSafe ? "" : "deletes what is used, or what nothing replaces";
  }

  private String forget(String name) {
    String node = on(name).node();
    attachments.remove(name);
    return diskStatus.equals("AVAILABLE")
            || diskStatus.isEmpty()
            || (diskStatus.equals("INUSE") && !diskNode.equals(node) && !usedAt.equals(node))
        ? ""
        : "forgets an attachment whose disk may be at " + node;
  }

  private String patchVolume(JsonNode operations) {
    boolean isSafe =
        diskStatus.equals("AVAILABLE")
            && attachments.isEmpty()
            && !isNamedTwice
            && (claimUid.isEmpty() || !claimUid.equals(boundUid));
    for (JsonNode operation : operations) {
      switch (operation.path("path").asText()) {
        case "/spec/persistentVolumeReclaimPolicy" -> policy = operation.path("value").asText();
        case "/spec/claimRef" -> {
          boundUid = "";
          phase = "Available";
          if (!isSafe) {
            return "takes a volume from its claim";
          }
        }
        default -> {}
      }
    }
    return policy.equals("Retain") ? "" : "lets the disk be deleted";
  }

  private String taint(boolean isAway) {
    isTainted = isAway;
    return isAway && (!isSilent || !hostState.equals("Stopped"))
        ? "evicts from a host that may write"
        : "";
  }

  private String create(JsonNode object) {
    String name = object.at("/metadata/name").asText();
    return switch (object.path("kind").asText()) {
      case "VolumeAttachment" -> {
        String node = object.at("/spec/nodeName").asText();
        attachments.put(name, new On(node, Attached.YES));
        yield isUsedAt(node) ? "will detach a disk in use" : "";
      }
      case "PersistentVolume" -> {
        boolean isReplaced = name.equals(NEW) && policy.equals("Retain") && podNode.isEmpty();
        boolean isKnown = (hasVolume && !isReplaced) || isNamedTwice || !made.isEmpty();
        made.put(name, name.startsWith("udisk-leak") ? "Released" : "Available");
        yield isKnown || !diskStatus.equals("AVAILABLE") ? "names a disk a second time" : "";
      }
      default -> {
        if (name.equals("imported")) {
          hasImported = true;
        } else {
          claimUid = "new";
        }
        yield "";
      }
    };
  }

  /** What attacher, driver, provisioner and the volume controller do by themselves. */
  void live() {
    for (String name : Set.copyOf(attachments.keySet())) {
      if (on(name).how() == Attached.DELETING) {
        if (diskNode.equals(on(name).node())) {
          diskNode = "";
          diskStatus = "AVAILABLE";
        }
        attachments.remove(name);
      }
    }
    if (hasVolume && phase.equals("Bound") && !claimUid.equals(boundUid) && isFlex) {
      phase = "Released";
    }
    if (made.containsKey(NEW) && claimUid.equals("new")) {
      made.put(NEW, "Bound");
    }
    if (hasVolume && boundUid.isEmpty() && !claimUid.isEmpty()) {
      boundUid = claimUid;
      phase = "Bound";
    }
    if (hasImported) {
      made.replaceAll((_, _) -> "Bound");
    }
    if (made.remove("udisk-leak-" + DISK) != null) {
      diskStatus = "";
    }
  }

  private static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  @Override
  public String toString() {
    return ("claim %s, volume %s %s of %s %s %s and twice %s, disk %s at %s, pod %s, in use %s, %s,"
            + " silent %s %s, tainted %s, made %s %s")
        .formatted(
            claimUid,
            hasVolume,
            isFlex,
            boundUid,
            phase,
            policy,
            isNamedTwice,
            diskStatus,
            diskNode,
            podNode,
            usedAt,
            attachments,
            isSilent,
            hostState,
            isTainted,
            made,
            hasImported);
  }
}
