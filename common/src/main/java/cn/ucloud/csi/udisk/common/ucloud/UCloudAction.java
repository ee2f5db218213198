package cn.ucloud.csi.udisk.common.ucloud;

import cn.ucloud.csi.udisk.common.ucloud.http.ApiObject;
import java.util.Map;

/**
 * One call of the API: its name, its parameters, whether it may be repeated, how its answer is
 * read.
 *
 * @param <R> what the answer is read into
 */
public interface UCloudAction<R> {
  /** The action's name exactly as documented. */
  default String name() {
    return getClass().getSimpleName();
  }

  /**
   * The parameters without Action, Region, ProjectId and what signing adds: strings, integers and
   * booleans; arrays flattened to {@code Key.0}, {@code Key.1}.
   */
  Map<String, Object> parameters();

  /**
   * Whether it only reads, so that sending it twice does nothing twice; no, unless an action says
   * so.
   */
  default boolean isRead() {
    return false;
  }

  /** Reads the body of an answer whose RetCode is 0. */
  R read(ApiObject body);
}
