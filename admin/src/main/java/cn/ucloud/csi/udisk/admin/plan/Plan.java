package cn.ucloud.csi.udisk.admin.plan;

import cn.ucloud.csi.udisk.admin.facts.Facts;
import cn.ucloud.csi.udisk.admin.link.Links;

/** One thing that an admin wants to be so. */
public interface Plan {

  /** What is to be done next, by these facts, of which nothing is missing. */
  Decision decide(Links links);

  /** The same, and nothing at all where a part of the facts could not be read. */
  default Decision prove(Links links) {
    return links.facts().gaps().stream()
        .filter(this::matters)
        .findFirst()
        .map(gap -> Decision.refused("plan.gap", gap.what(), gap.why()))
        .orElseGet(() -> decide(links));
  }

  /** Whether its proof may hang on what could not be read. */
  default boolean matters(Facts.Gap gap) {
    return true;
  }

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
