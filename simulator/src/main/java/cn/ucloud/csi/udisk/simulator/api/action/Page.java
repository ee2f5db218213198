package cn.ucloud.csi.udisk.simulator.api.action;

import java.util.List;

/** The part of a list that Offset and Limit ask for: 20 by default, never more than 100. */
record Page(int offset, int limit) {
  private static final int DEFAULT = 20;
  private static final int MOST = 100;

  static Page of(ApiRequest request) {
    return new Page(
        request.countOr("Offset", 0), Math.min(request.countOr("Limit", DEFAULT), MOST));
  }

  <T> List<T> from(List<T> all) {
    return all.stream().skip(offset).limit(limit).toList();
  }
}
