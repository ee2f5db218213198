package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A cluster that says whatever a test wants about pods and nodes. */
final class FakeScheduling implements Scheduling {
  final List<String> asked = new ArrayList<>();
  final List<Map<String, String>> nodes = new ArrayList<>();
  Optional<SelectedNode> selected = Optional.empty();
  boolean isNew;
  boolean isNewSnapshot;
  boolean isImmediate;
  boolean isGone;
  boolean answers = true;

  void select(String instance, Map<String, String> segments) {
    selected = Optional.of(new SelectedNode(Optional.of(new NodeId(instance)), segments));
  }

  private void ask(String what) {
    asked.add(what);
    if (!answers) {
      throw new Unavailable("the API server does not answer");
    }
  }

  @Override
  public Optional<SelectedNode> findSelectedNode(Claim claim) {
    ask("claim");
    return selected;
  }

  @Override
  public boolean isImmediate(Claim claim) {
    ask("claim");
    return isImmediate;
  }

  @Override
  public List<Map<String, String>> segmentsOfNodes(Map<String, String> wanted) {
    ask("nodes");
    return nodes.stream().filter(node -> node.entrySet().containsAll(wanted.entrySet())).toList();
  }

  @Override
  public boolean isGone(Claim claim) {
    ask("existence");
    return isGone;
  }

  @Override
  public boolean isNewSnapshot(String name) {
    ask("age");
    return isNewSnapshot;
  }

  @Override
  public boolean isNew(Claim claim) {
    ask("age");
    return isNew;
  }
}
