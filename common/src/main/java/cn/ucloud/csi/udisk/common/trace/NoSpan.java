package cn.ucloud.csi.udisk.common.trace;

import java.time.Duration;

/** What nobody looks at. */
final class NoSpan implements Span {
  @Override
  public Span begin(String part) {
    return this;
  }

  @Override
  public Span beginRequest(String name) {
    return this;
  }

  @Override
  public void past(String part, Duration took) {}

  @Override
  public void set(String name, String value) {}

  @Override
  public void set(String name, long value) {}

  @Override
  public void awaits(Span other) {}

  @Override
  public void failed(String why) {}

  @Override
  public void end() {}
}
