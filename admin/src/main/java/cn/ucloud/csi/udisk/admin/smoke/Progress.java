package cn.ucloud.csi.udisk.admin.smoke;

import cn.ucloud.csi.udisk.admin.command.Notes;
import cn.ucloud.csi.udisk.admin.plan.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What a run has noted of itself: when each stage was done, and which disks were made. */
public record Progress(Notes notes) {
  private static final String BEGAN = "began";
  private static final String STAGE = "stage ";
  private static final String DISK = "disk";
  private static final String CLASS = "class";
  private static final String GROWTH = "growth";
  private static final String FAILED = "failed";
  private static final String CLEANING = "cleaning";
  private static final String TIDYING = "tidying";

  boolean hasBegun() {
    return notes.find(BEGAN).isPresent();
  }

  boolean isDone(Stage stage) {
    return notes.find(STAGE + stage).isPresent();
  }

  /** Whether something has failed, so that only cleaning up is left. */
  public boolean hasFailed() {
    return notes.find(FAILED).isPresent();
  }

  String className() {
    return notes.find(CLASS).orElse("");
  }

  boolean isGrowing() {
    return notes.find(GROWTH).isPresent();
  }

  /** Since when objects are being deleted: those of this run, or what others have left. */
  Optional<Instant> cleaningSince(boolean isOwn) {
    return notes.find(isOwn ? CLEANING : TIDYING).map(Instant::parse);
  }

  /** When the last thing was done. */
  Instant last() {
    return notes.lines().stream()
        .filter(line -> line.startsWith(BEGAN) || line.startsWith(STAGE))
        .map(line -> Instant.parse(line.substring(line.lastIndexOf(' ') + 1)))
        .reduce((_, later) -> later)
        .orElse(Instant.MAX);
  }

  Duration inAll(Instant now) {
    return Duration.between(notes.find(BEGAN).map(Instant::parse).orElse(now), now);
  }

  /** The volumes that were made. */
  public Set<String> volumes() {
    return made(0);
  }

  /** The disks that were made. */
  public Set<String> disks() {
    return made(1);
  }

  private Set<String> made(int word) {
    return notes.lines().stream()
        .filter(line -> line.startsWith(DISK + " "))
        .map(line -> line.substring(DISK.length() + 1).split(" ", -1)[word])
        .collect(Collectors.toCollection(java.util.TreeSet::new));
  }

  static List<Step> begun(Instant now, String className) {
    return List.of(new Step.Note(BEGAN + " " + now), new Step.Note(CLASS + " " + className));
  }

  static Step done(Stage stage, Instant now) {
    return new Step.Note(STAGE + stage + " " + now);
  }

  static Step made(String volume, String disk) {
    return new Step.Note(DISK + " " + volume + " " + disk);
  }

  static Step growing(Instant now) {
    return new Step.Note(GROWTH + " " + now);
  }

  static Step cleaning(boolean isOwn, Instant now) {
    return new Step.Note((isOwn ? CLEANING : TIDYING) + " " + now);
  }

  /** From now on everything is only deleted. */
  public static Step failed(Instant now) {
    return new Step.Note(FAILED + " " + now);
  }
}
