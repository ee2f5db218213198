package cn.ucloud.csi.udisk.controller.cloud;

import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.ucloud.label.BindLabels;
import cn.ucloud.csi.udisk.common.ucloud.label.CreateLabels;
import cn.ucloud.csi.udisk.common.ucloud.label.Label;
import cn.ucloud.csi.udisk.common.ucloud.label.ListLabelsByResourceIds;
import cn.ucloud.csi.udisk.common.ucloud.label.ListLabelsByResourceIds.Bound;
import cn.ucloud.csi.udisk.common.ucloud.label.UnbindLabels;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Page;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Labels through the UCloud API. */
public final class UCloudLabelApi implements LabelApi {
  private final ApiCalls api;

  public UCloudLabelApi(ApiCalls api) {
    this.api = api;
  }

  @Override
  public Map<String, List<Label>> of(Collection<String> resources) {
    List<String> ids = List.copyOf(resources);
    Page<Bound> page = api.readAll(offset -> new ListLabelsByResourceIds(ids, offset));
    for (String id : ids) {
      MalformedRecords.requireNone("label", "of " + id, page, odd -> odd.mayBe(id));
    }
    Map<String, Set<Label>> found = new HashMap<>();
    ids.forEach(id -> found.put(id, new LinkedHashSet<>()));
    for (Bound bound : page.items()) {
      Set<Label> its = found.get(bound.resourceId());
      if (its != null) {
        its.add(bound.label());
      }
    }
    return found.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, each -> List.copyOf(each.getValue())));
  }

  /** It is not documented whether a label must be known to the account before it is bound. */
  @Override
  public void bind(String resource, List<Label> labels) {
    BindLabels binding = new BindLabels(resource, labels);
    try {
      api.change(binding);
    } catch (OutcomeUnknown e) {
      if (!ApiErrors.isRefusal(e)) {
        throw e;
      }
      labels.forEach(this::makeKnown);
      api.change(binding);
    }
  }

  /** One by one: one that is known is refused, and the others with it. */
  private void makeKnown(Label label) {
    try {
      api.change(new CreateLabels(List.of(label)));
    } catch (OutcomeUnknown e) {
      if (!ApiErrors.isRefusal(e)) {
        throw e;
      }
    }
  }

  @Override
  public void unbind(String resource, List<Label> labels) {
    api.change(new UnbindLabels(resource, labels));
  }
}
