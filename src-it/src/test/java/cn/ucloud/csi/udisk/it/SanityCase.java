package cn.ucloud.csi.udisk.it;

import java.util.ArrayList;
import java.util.List;

/**
 * One case of the public csi-sanity suite.
 *
 * @param name as the suite itself says it, so that a run of the real one can be compared
 */
record SanityCase(String name, Body body) {

  /** What the case does; it fails by throwing. */
  interface Body {
    void run(SanityCalls calls) throws Exception;
  }

  @Override
  public String toString() {
    return name;
  }

  /** Every case, in the order of the suite. */
  static List<SanityCase> all() {
    List<SanityCase> cases = new ArrayList<>();
    SanityIdentityCases.add(new Group(cases, "Identity Service"));
    SanityListCases.add(new Group(cases, "Controller Service"));
    SanityVolumeCases.add(new Group(cases, "Controller Service"));
    SanityAttachCases.add(new Group(cases, "Controller Service"));
    SanitySnapshotCases.add(cases);
    SanityChangeCases.add(cases);
    SanityNodeCases.add(new Group(cases, "Node Service"));
    SanityGrowCases.add(new Group(cases, "Node Service"));
    SanityGroupCases.add(new Group(cases, "GroupController Service"));
    return List.copyOf(cases);
  }

  /** The cases that the suite puts under one heading. */
  record Group(List<SanityCase> cases, String heading) {

    Group under(String subheading) {
      return new Group(cases, heading + " " + subheading);
    }

    void add(String name, Body body) {
      cases.add(new SanityCase(heading + " " + name, body));
    }
  }
}
