package cn.ucloud.csi.udisk.simulator.region;

import cn.ucloud.csi.udisk.simulator.model.ApiRefusal;
import cn.ucloud.csi.udisk.simulator.model.Label;
import cn.ucloud.csi.udisk.simulator.model.LabelledResource;
import cn.ucloud.csi.udisk.simulator.store.StateDirectory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The labels of the account, and which disks and snapshots have them.
 *
 * <p>The API documents its parameters and no rule. Those here are the strictest that clients were
 * written for: a label must be known before it is bound, what is known is not created again, and a
 * resource has one value of a key.
 */
public final class Labels {
  private static final String KNOWN = "known-labels";
  private static final String BOUND = "labels";

  private final StateDirectory state;
  private final Set<Label> known = new LinkedHashSet<>();
  private final Map<String, List<Label>> bound = new HashMap<>();

  Labels(StateDirectory state) {
    this.state = state;
    known.addAll(state.readAll(KNOWN, Label.class));
    state
        .readAll(BOUND, LabelledResource.class)
        .forEach(each -> bound.put(each.id(), List.copyOf(each.labels())));
  }

  public List<Label> of(String resource) {
    return bound.getOrDefault(resource, List.of());
  }

  public boolean isKnown(Label label) {
    return known.contains(label);
  }

  public void create(Label label) {
    if (!known.add(label)) {
      throw new ApiRefusal(230, "duplicate label " + label.key() + "=" + label.value());
    }
    state.write(KNOWN, "label-" + known.size(), label);
  }

  /** One that is bound already stays so. */
  public void bind(String resource, Label label) {
    if (!known.contains(label)) {
      throw new ApiRefusal(230, "label " + label.key() + "=" + label.value() + " does not exist");
    }
    List<Label> now = new ArrayList<>(of(resource));
    if (now.contains(label)) {
      return;
    }
    if (now.stream().anyMatch(other -> other.key().equals(label.key()))) {
      throw new ApiRefusal(230, resource + " has another value of " + label.key());
    }
    now.add(label);
    save(resource, now);
  }

  public void unbind(String resource, Label label) {
    List<Label> now = new ArrayList<>(of(resource));
    if (!now.remove(label)) {
      throw new ApiRefusal(230, resource + " has no label " + label.key() + "=" + label.value());
    }
    save(resource, now);
  }

  private void save(String resource, List<Label> labels) {
    bound.put(resource, List.copyOf(labels));
    state.write(BOUND, resource, new LabelledResource(resource, labels));
  }
}
