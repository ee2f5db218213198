package cn.ucloud.csi.udisk.controller.model;

import cn.ucloud.csi.udisk.common.ucloud.label.Label;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The labels of one disk, by key. Its text, {@code app=shop,team=db}, is what is written on the
 * persistent volume.
 */
public record DiskLabels(SortedMap<String, String> pairs) {
  public static final DiskLabels NONE = new DiskLabels(Map.of());

  public DiskLabels {
    pairs = Collections.unmodifiableSortedMap(new TreeMap<>(pairs));
  }

  public DiskLabels(Map<String, String> pairs) {
    this(new TreeMap<>(pairs));
  }

  /** Reads the text; what is no pair in it is left out, since anybody may have written it. */
  public static DiskLabels parse(String text) {
    return new DiskLabels(
        Arrays.stream(text.split(",", -1))
            .map(pair -> pair.split("=", 2))
            .filter(pair -> pair.length == 2)
            .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1], (first, _) -> first)));
  }

  public boolean isEmpty() {
    return pairs.isEmpty();
  }

  public List<Label> all() {
    return pairs.entrySet().stream().map(e -> new Label(e.getKey(), e.getValue())).toList();
  }

  /** Whether this label, key and value, is one of them. */
  public boolean has(Label label) {
    return label.value().equals(pairs.get(label.key()));
  }

  @Override
  public String toString() {
    return all().stream().map(Label::toString).collect(Collectors.joining(","));
  }
}
