package cn.ucloud.csi.udisk.admin.facts;

import cn.ucloud.csi.udisk.controller.model.HostOffProof;
import java.util.List;

/**
 * A host as the cloud shows it.
 *
 * @param state in the cloud's words, such as Running or Stopped; empty if it does not say
 * @param exists false if the cloud knows none of that id
 */
public record Host(String id, boolean exists, String state, String zone, int dataDisks) {
  /** The same for whoever judges whether it is off. */
  public HostOffProof.Shown shown() {
    return new HostOffProof.Shown(exists, state, List.of());
  }

  public boolean isOff() {
    return shown().isOff();
  }
}
