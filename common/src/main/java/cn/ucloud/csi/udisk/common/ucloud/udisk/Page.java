package cn.ucloud.csi.udisk.common.ucloud.udisk;

import cn.ucloud.csi.udisk.common.ucloud.ApiObject;
import java.util.List;
import java.util.function.Function;

/**
 * Some of the things that match, and how many match in all.
 *
 * @param totalCount may differ from page to page if the list changes on the way
 */
public record Page<T>(List<T> items, int totalCount) {

  static <T> Page<T> read(ApiObject body, Function<ApiObject, T> item) {
    List<T> items = body.list("DataSet", item);
    return new Page<>(items, body.integer("TotalCount").orElse(items.size()));
  }
}
