package cn.ucloud.csi.udisk.common.ucloud.udisk;

import cn.ucloud.csi.udisk.common.ucloud.http.ApiObject;
import cn.ucloud.csi.udisk.common.ucloud.http.ApiObject.UnreadableAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Some of the things that match, and how many match in all. It is read record by record: one that
 * cannot be read spoils no other.
 *
 * @param odd the records that cannot be read; they have places in the list like all others
 * @param totalCount may differ from page to page if the list changes on the way
 */
public record Page<T>(List<T> items, List<OddRecord> odd, int totalCount) {

  /** A page on which every record can be read. */
  public Page(List<T> items, int totalCount) {
    this(items, List.of(), totalCount);
  }

  static <T> Page<T> read(ApiObject body, String idField, Function<ApiObject, T> item) {
    return counted(body, "DataSet", idField, item);
  }

  /** Some records of a list, the one called {@code set}, whose answer says how many there are. */
  public static <T> Page<T> counted(
      ApiObject body, String set, String idField, Function<ApiObject, T> item) {
    Page<T> page = read(body, set, idField, item);
    return new Page<>(page.items, page.odd, body.integer("TotalCount").orElse(page.size()));
  }

  /** All records of the list {@code set}, whose members call their id {@code idField}. */
  static <T> Page<T> read(ApiObject body, String set, String idField, Function<ApiObject, T> item) {
    List<T> items = new ArrayList<>();
    List<OddRecord> odd = new ArrayList<>();
    for (ApiObject record : body.list(set, Function.identity())) {
      try {
        items.add(item.apply(record));
      } catch (UnreadableAnswer e) {
        odd.add(OddRecord.of(record, idField, String.valueOf(e.getMessage())));
      }
    }
    return new Page<>(items, odd, items.size() + odd.size());
  }

  /** How many places of the list it shows. */
  public int size() {
    return items.size() + odd.size();
  }
}
