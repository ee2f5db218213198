package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.NotFound;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.ucloud.RetCode;
import cn.ucloud.csi.udisk.common.ucloud.UCloudAction;
import cn.ucloud.csi.udisk.common.ucloud.UCloudClient;
import cn.ucloud.csi.udisk.common.ucloud.UCloudException;
import cn.ucloud.csi.udisk.common.ucloud.UCloudException.ApiRefused;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Calls of the API whose failures are told as what they mean to the caller. */
final class ApiCalls {
  private final UCloudClient client;

  ApiCalls(UCloudClient client) {
    this.client = client;
  }

  /**
   * Reads.
   *
   * @throws Unavailable whatever the reason why it cannot be read now
   */
  <R> R read(UCloudAction<R> action) {
    try {
      return client.call(action);
    } catch (UCloudException e) {
      throw UDiskErrors.ofRead(e);
    } catch (DriverException.Certain e) { // there are no keys
      throw new Unavailable(e.sentence(), e);
    }
  }

  /** As {@link #read}, with another answer for "no such disk". */
  <R> R readOr(R whereDiskIsUnknown, UCloudAction<R> action) {
    try {
      return read(action);
    } catch (Unavailable e) {
      if (e.getCause() instanceof UCloudException failure && isDiskUnknown(failure)) {
        return whereDiskIsUnknown; // documented beside the empty answer
      }
      throw e;
    }
  }

  /** All that match, page by page. */
  <T> List<T> readAll(IntFunction<UCloudAction<Page<T>>> fromOffset) {
    List<T> found = new ArrayList<>();
    Page<T> page;
    do {
      page = read(fromOffset.apply(found.size()));
      found.addAll(page.items());
    } while (!page.items().isEmpty() && found.size() < page.totalCount());
    return found;
  }

  <R> R change(UCloudAction<R> action) {
    try {
      return client.call(action);
    } catch (UCloudException e) {
      throw UDiskErrors.ofMutation(e);
    }
  }

  /**
   * A change of a disk that must be there.
   *
   * @throws NotFound if there is no such disk
   */
  <R> R changeExisting(String diskId, UCloudAction<R> action) {
    try {
      return client.call(action);
    } catch (UCloudException e) {
      throw isDiskUnknown(e) ? new NotFound("volume", diskId) : UDiskErrors.ofMutation(e);
    }
  }

  /** A change that is done when there is no such disk. */
  void changeIfThere(UCloudAction<?> action) {
    try {
      client.call(action);
    } catch (UCloudException e) {
      if (!isDiskUnknown(e)) {
        throw UDiskErrors.ofMutation(e);
      }
    }
  }

  private static boolean isDiskUnknown(UCloudException failure) {
    return failure instanceof ApiRefused refused
        && refused.retCode() == RetCode.DISK_UNKNOWN.code();
  }
}
