package cn.ucloud.csi.udisk.common.ucloud;

import cn.ucloud.csi.udisk.common.ucloud.http.ApiObject;

/** An action that changes something, and whose answer holds nothing that is used. */
public interface Mutation extends UCloudAction<Done> {

  @Override
  default Done read(ApiObject body) {
    return Done.DONE;
  }
}
