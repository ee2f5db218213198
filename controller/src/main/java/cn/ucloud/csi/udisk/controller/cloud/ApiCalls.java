package cn.ucloud.csi.udisk.controller.cloud;

import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.NotFound;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.ucloud.RetCode;
import cn.ucloud.csi.udisk.common.ucloud.UCloudAction;
import cn.ucloud.csi.udisk.common.ucloud.UCloudClient;
import cn.ucloud.csi.udisk.common.ucloud.UCloudException;
import cn.ucloud.csi.udisk.common.ucloud.UCloudException.ApiRefused;
import cn.ucloud.csi.udisk.common.ucloud.udisk.OddRecord;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Calls of the API whose failures are told as what they mean to the caller. */
public final class ApiCalls {
  private final UCloudClient client;
  private final MalformedRecords oddRecords = new MalformedRecords();

  public ApiCalls(UCloudClient client) {
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
      throw ApiErrors.ofRead(e);
    } catch (DriverException.Certain e) { // there are no keys
      throw new Unavailable(e.sentence(), e);
    }
  }

  /** As {@link #read}, for some records of a list; those that cannot be read are told. */
  <T> Page<T> readPage(UCloudAction<Page<T>> action) {
    Page<T> page = read(action);
    page.odd().forEach(odd -> oddRecords.met(action.name(), odd));
    return page;
  }

  /** As {@link #readPage}, with another answer for "no such disk". */
  <T> Page<T> readPageOr(Page<T> whereDiskIsUnknown, UCloudAction<Page<T>> action) {
    try {
      return readPage(action);
    } catch (Unavailable e) {
      if (e.getCause() instanceof UCloudException failure && isDiskUnknown(failure)) {
        return whereDiskIsUnknown; // documented beside the empty answer
      }
      throw e;
    }
  }

  /** All that match, page by page. */
  <T> Page<T> readAll(IntFunction<UCloudAction<Page<T>>> fromOffset) {
    List<T> found = new ArrayList<>();
    List<OddRecord> odd = new ArrayList<>();
    Page<T> page;
    do {
      page = readPage(fromOffset.apply(found.size() + odd.size()));
      found.addAll(page.items());
      odd.addAll(page.odd());
    } while (page.size() > 0 && found.size() + odd.size() < page.totalCount());
    return new Page<>(found, odd, page.totalCount());
  }

  <R> R change(UCloudAction<R> action) {
    try {
      return client.call(action);
    } catch (UCloudException e) {
      throw ApiErrors.ofMutation(e);
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
      throw isDiskUnknown(e) ? new NotFound("volume", diskId) : ApiErrors.ofMutation(e);
    }
  }

  /** A change that is done when there is no such disk. */
  void changeIfThere(UCloudAction<?> action) {
    try {
      client.call(action);
    } catch (UCloudException e) {
      if (!isDiskUnknown(e)) {
        throw ApiErrors.ofMutation(e);
      }
    }
  }

  private static boolean isDiskUnknown(UCloudException failure) {
    return failure instanceof ApiRefused refused
        && refused.retCode() == RetCode.DISK_UNKNOWN.code();
  }
}
