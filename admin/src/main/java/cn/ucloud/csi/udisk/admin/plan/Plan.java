package cn.ucloud.csi.udisk.admin.plan;

import cn.ucloud.csi.udisk.admin.link.Links;

/** One thing that an admin wants to be so. */
public interface Plan {

  /** What is to be done next, by these facts. */
  Decision decide(Links links);

  /** The name that an admin types to confirm it. */
  String confirmation();

  /**
   * Whether its proof is about something that may be on its way, so that two looks, ten seconds
   * apart, must agree before anything is done.
   */
  default boolean looksTwice() {
    return false;
  }
}
