package cn.ucloud.csi.udisk.admin.check;

import cn.ucloud.csi.udisk.admin.facts.Attachment;
import cn.ucloud.csi.udisk.admin.facts.Volume;
import cn.ucloud.csi.udisk.admin.link.Links;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Findings by what they are about. */
public final class SubjectFindings {
  private final Map<Subject, List<Finding>> findings = new HashMap<>();

  public SubjectFindings(List<Finding> all) {
    all.forEach(
        finding -> findings.computeIfAbsent(finding.about(), _ -> new ArrayList<>()).add(finding));
  }

  /** Those about a volume, its claim, its disk, its attachments and its pods. */
  public List<Finding> of(Volume volume, Links links) {
    return about(subjects(volume, links));
  }

  /** The same with those about the nodes that it is attached to. */
  public List<Finding> around(Volume volume, Links links) {
    return about(
        Stream.concat(
            subjects(volume, links),
            links.attachmentsOf(volume).stream()
                .map(Attachment::node)
                .distinct()
                .flatMap(name -> links.node(name).stream())
                .map(Subject::of)));
  }

  private List<Finding> about(Stream<Subject> subjects) {
    return subjects.flatMap(subject -> findings.getOrDefault(subject, List.of()).stream()).toList();
  }

  private static Stream<Subject> subjects(Volume volume, Links links) {
    return Stream.of(
            Stream.of(Subject.of(volume)),
            links.claimOf(volume).map(Subject::of).stream(),
            links.diskOf(volume).map(Subject::of).stream(),
            links.attachmentsOf(volume).stream().map(Subject::of),
            links.podsOf(volume).stream().map(Subject::of))
        .flatMap(stream -> stream);
  }
}
