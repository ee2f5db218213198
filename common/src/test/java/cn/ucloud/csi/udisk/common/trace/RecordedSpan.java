package cn.ucloud.csi.udisk.common.trace;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A span that writes down what becomes of it and of those below it. */
public final class RecordedSpan implements Span {
  private final List<String> lines;
  private final String path;

  public RecordedSpan(String name) {
    this(new CopyOnWriteArrayList<>(), name);
  }

  private RecordedSpan(List<String> lines, String path) {
    this.lines = lines;
    this.path = path;
  }

  /** What was said, in order, each with the names of all above it. */
  public List<String> lines() {
    return lines;
  }

  @Override
  public Span begin(String part) {
    RecordedSpan below = new RecordedSpan(lines, path + "/" + part);
    lines.add(below.path);
    return below;
  }

  @Override
  public Span beginRequest(String name) {
    return begin(name);
  }

  @Override
  public void past(String part, Duration took) {
    lines.add(path + "/" + part + " took " + took.toMillis());
  }

  @Override
  public void set(String name, String value) {
    lines.add(path + " " + name + "=" + value);
  }

  @Override
  public void set(String name, long value) {
    set(name, Long.toString(value));
  }

  @Override
  public void awaits(Span other) {
    lines.add(path + " awaits " + ((RecordedSpan) other).path);
  }

  @Override
  public void failed(String why) {
    lines.add(path + " failed: " + why);
  }

  @Override
  public void end() {
    lines.add(path + " ended");
  }
}
