package cn.ucloud.csi.udisk.common.ucloud.udisk;

import cn.ucloud.csi.udisk.common.ucloud.ApiObject;
import java.util.Optional;

/** A UHost or bare metal host, as far as a disk cares. */
public record Host(String id, String zone) {

  /** The host {@code id} in the list {@code set}, whose members call their id {@code idField}. */
  static Optional<Host> find(ApiObject body, String set, String idField, String id) {
    return body
        .list(set, host -> new Host(host.requireText(idField), host.requireText("Zone")))
        .stream()
        .filter(host -> host.id().equals(id))
        .findFirst();
  }
}
