package cn.ucloud.csi.udisk.common.trace;

import java.time.Duration;

/**
 * A stretch of time in which something was done for somebody. It may end after the one above it:
 * work goes on when its caller has left.
 */
public interface Span {
  /** Where traces are off, and outside of any call. */
  Span NONE = new NoSpan();

  /** Begins a part of this one, done in this process. */
  Span begin(String part);

  /** Begins a part of this one that another program does. */
  Span beginRequest(String name);

  /** A part of this one that took so long and ends now. */
  void past(String part, Duration took);

  /** Says something more of it; never a secret. */
  void set(String name, String value);

  /** The same. */
  void set(String name, long value);

  /** This one waits for what {@code other} does, which somebody else has begun. */
  void awaits(Span other);

  /** It came to nothing; it has still to be ended. */
  void failed(String why);

  /** Only the first end counts, and nothing that is said after it. */
  void end();
}
