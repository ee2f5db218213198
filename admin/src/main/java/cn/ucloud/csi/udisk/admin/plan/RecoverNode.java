package cn.ucloud.csi.udisk.admin.plan;

import cn.ucloud.csi.udisk.admin.facts.Host;
import cn.ucloud.csi.udisk.admin.facts.Node;
import cn.ucloud.csi.udisk.admin.facts.Pod;
import cn.ucloud.csi.udisk.admin.link.Ages;
import cn.ucloud.csi.udisk.admin.link.Links;
import cn.ucloud.csi.udisk.controller.kube.record.OutOfService;
import cn.ucloud.csi.udisk.controller.model.HostOffProof;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The pods of a node whose host is off go elsewhere: the out-of-service taint, with which
 * Kubernetes deletes them and detaches their volumes without waiting. Only if the host is Stopped,
 * or gone, in two looks; a host that is merely out of reach may still write.
 *
 * @param isBack the host is back: the taint is taken away
 */
public record RecoverNode(String node, boolean isBack) implements Plan {
  private static final Duration SILENT = Duration.ofSeconds(60);

  @Override
  public String confirmation() {
    return node;
  }

  @Override
  public boolean looksTwice() {
    return true;
  }

  @Override
  public Decision decide(Links links) {
    Optional<Node> found = links.node(node);
    if (found.isEmpty()) {
      return Decision.refused("recover.unknown", node);
    }
    return isBack ? back(found.get()) : away(found.get(), links);
  }

  private Decision back(Node found) {
    if (!found.isOutOfService()) {
      return Decision.done("recover.notMarked", node);
    }
    if (!found.isReady()) {
      return Decision.refused("recover.notReady", node, found.ready());
    }
    int index = indexOfTaint(found);
    Step step =
        patch(found)
            .test("/spec/taints/" + index + "/key", Node.OUT_OF_SERVICE)
            .remove("/spec/taints/" + index)
            .step();
    return new Decision.Do("recover.back", List.of(node), List.of(step));
  }

  private static int indexOfTaint(Node found) {
    for (int i = 0; i < found.taints().size(); i++) {
      if (found.taints().get(i).startsWith(Node.OUT_OF_SERVICE + "=")) {
        return i;
      }
    }
    throw new IllegalStateException("the node has no such taint");
  }

  private static Steps.PatchOf patch(Node found) {
    return Steps.patch("node", "", found.name(), found.uid(), found.version());
  }

  private Decision away(Node found, Links links) {
    if (found.isOutOfService()) {
      return marked(links);
    }
    Instant now = links.facts().at();
    Optional<Host> host = links.hostOf(found);
    Optional<HostOffProof.Doubt> doubt = proof(found, host, now).findDoubt();
    if (doubt.isPresent()) {
      return switch (doubt.get()) {
        case NOT_SILENT ->
            Decision.refused("recover.notSilent", node, Ages.since(found.renewedAt(), now));
        case AMBIGUOUS ->
            Decision.refused(
                "recover.contradiction",
                node,
                String.join(", ", found.instances()),
                found.registeredId());
        case NOT_READ -> Decision.refused("recover.hostNotRead", found.host());
        case NOT_OFF ->
            Decision.refused("UD113", host.orElseThrow().id(), host.orElseThrow().state());
      };
    }
    return new Decision.Do(
        "recover.away",
        List.of(node, found.host(), host.filter(Host::exists).map(Host::state).orElse("-")),
        List.of(taint(found)));
  }

  /** A pod that tolerates every taint stays until somebody deletes it. */
  private Decision marked(Links links) {
    List<String> staying =
        links.facts().pods().stream()
            .filter(pod -> pod.node().equals(node) && !pod.isOver() && !pod.isDeleting())
            .map(Pod::key)
            .toList();
    return staying.isEmpty()
        ? Decision.done("recover.done", node)
        : Decision.done("recover.staying", node, String.join(", ", staying));
  }

  private static HostOffProof proof(Node found, Optional<Host> host, Instant now) {
    return new HostOffProof(
        !found.isReady()
            && !found.renewedAt().equals(Instant.EPOCH)
            && !found.renewedAt().plus(SILENT).isAfter(now),
        Stream.concat(Stream.of(found.name()), found.addresses().stream()).toList(),
        found.instances(),
        Optional.of(found.registeredId()).filter(id -> !id.isEmpty()),
        host.map(Host::shown));
  }

  private static Step taint(Node found) {
    ObjectNode taint =
        Steps.object()
            .put("key", Node.OUT_OF_SERVICE)
            .put("value", OutOfService.VALUE)
            .put("effect", OutOfService.EFFECT);
    Steps.PatchOf patch = patch(found);
    return (found.taints().isEmpty()
            ? patch.add("/spec/taints", Steps.object().arrayNode().add(taint))
            : patch.add("/spec/taints/-", taint))
        .step();
  }
}
