package cn.ucloud.csi.udisk.orchestrator.demo;

import cn.ucloud.csi.udisk.orchestrator.call.Answer;
import cn.ucloud.csi.udisk.orchestrator.call.CallListener;
import cn.ucloud.csi.udisk.orchestrator.call.Verdict;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Tells the story on a terminal or into a file: a step's line grows by a dot while it waits, and
 * nothing is ever written over.
 */
final class Narrator implements CallListener {
  private static final String INDENT = " ".repeat(6);
  private static final Duration DOT = Duration.ofMillis(500);

  private final PrintStream out;
  private final ConcurrentLinkedQueue<String> notes = new ConcurrentLinkedQueue<>();
  private final ScheduledExecutorService dots =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
  private int step;
  private String title = "begin";

  Narrator(PrintStream out) {
    this.out = out;
  }

  /** Does one step of the story; its facts follow with {@link #fact}. */
  <T> T step(String what, Supplier<T> action) {
    step++;
    title = what;
    write("%2d  %-46s ".formatted(step, what));
    long began = System.nanoTime();
    var dotting =
        dots.scheduleAtFixedRate(
            () -> write("."), DOT.toMillis(), DOT.toMillis(), TimeUnit.MILLISECONDS);
    boolean done = false;
    try {
      T result = action.get();
      done = true;
      return result;
    } finally {
      dotting.cancel(false);
      write(" %s %.1f s%n".formatted(done ? "done" : "FAILED", (System.nanoTime() - began) / 1e9));
      for (String note = notes.poll(); note != null; note = notes.poll()) {
        fact("again", note);
      }
    }
  }

  /** The same for a step that has no result. */
  void perform(String title, Runnable action) {
    Boolean _ =
        step(
            title,
            () -> {
              action.run();
              return true;
            });
  }

  int steps() {
    return step;
  }

  /** The step that is being done, or was the last. */
  String title() {
    return title;
  }

  /** One thing that can be seen after the step. */
  void fact(String where, Object what) {
    write("%s%-12s %s%n".formatted(INDENT, where, what));
  }

  void line(String text) {
    write(text + System.lineSeparator());
  }

  void quote(List<String> lines) {
    lines.forEach(line -> write(INDENT + "| " + line + System.lineSeparator()));
  }

  @Override
  public void calling(String rpc, String subject, int attempt) {}

  /** Kept until the step's line is finished. */
  @Override
  public void answered(Answer answer) {
    if (answer.verdict() != Verdict.OK) {
      notes.add(answer.toString());
    }
  }

  private synchronized void write(String text) {
    out.print(text);
    out.flush();
  }
}
