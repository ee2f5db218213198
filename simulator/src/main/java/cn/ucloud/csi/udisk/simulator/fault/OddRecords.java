package cn.ucloud.csi.udisk.simulator.fault;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Records that Describe actions show otherwise than they are, as clouds do now and then: without a
 * size or a zone, or with a word where a number should be. Nothing else about them changes.
 */
public final class OddRecords {
  /** Of whatever is shown. */
  public static final String ANY = "*";

  private static final List<String> LISTS = List.of("DataSet", "UHostSet", "PHostSet");

  /** The id of a snapshot comes before that of its disk. */
  private static final List<String> IDS = List.of("SnapshotId", "UDiskId", "UHostId", "PHostId");

  private final Map<String, Map<String, @Nullable Object>> shown = new ConcurrentHashMap<>();

  /**
   * From now on the record of this disk, snapshot or host is shown with these fields in the place
   * of its own.
   *
   * @param id of one, or {@link #ANY}
   * @param fields null for one that is shown as null
   */
  public void show(String id, Map<String, @Nullable Object> fields) {
    shown.put(id, new LinkedHashMap<>(fields));
  }

  void clear() {
    shown.clear();
  }

  /** The answer as it is shown. */
  public Map<String, Object> in(Map<String, Object> answer) {
    if (shown.isEmpty()) {
      return answer;
    }
    Map<String, Object> result = new LinkedHashMap<>(answer);
    for (String list : LISTS) {
      if (answer.get(list) instanceof List<?> records) {
        result.put(list, shownAs(records));
      }
    }
    return result;
  }

  private List<Object> shownAs(List<?> records) {
    List<Object> result = new ArrayList<>();
    for (Object record : records) {
      result.add(record instanceof Map<?, ?> fields ? shownAs(fields) : record);
    }
    return result;
  }

  private Map<Object, @Nullable Object> shownAs(Map<?, ?> fields) {
    Map<Object, @Nullable Object> result = new LinkedHashMap<>(fields);
    String id =
        IDS.stream()
            .filter(fields::containsKey)
            .findFirst()
            .map(field -> String.valueOf(fields.get(field)))
            .orElse("");
    result.putAll(shown.getOrDefault(ANY, Map.of()));
    result.putAll(shown.getOrDefault(id, Map.of()));
    return result;
  }
}
