package cn.ucloud.csi.udisk.node.linux;

import cn.ucloud.csi.udisk.common.error.DriverException.HostRefused;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.node.linux.SystemCall.Answer;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A child process that makes system calls for this one, so that a disk that hangs holds up the
 * child: who waits for it waits for a pipe, and can be killed.
 *
 * <p>A child is used by one thread at a time. It is started when it is needed, which takes a few
 * milliseconds; a call then takes some microseconds. One is kept for the next who needs one.
 */
final class CallProcess {
  private static final String SCRIPT = script();

  /** The one that is kept, which has nothing open. */
  private static final AtomicReference<@Nullable CallProcess> FREE = new AtomicReference<>();

  /** That of a thread which has something open: whatever else it does is done by the same. */
  private static final ThreadLocal<@Nullable CallProcess> MINE = new ThreadLocal<>();

  private final Process process;
  private final DataOutputStream requests;
  private final DataInputStream answers;
  private int users;
  private boolean hasEnded;

  private CallProcess(Process process) {
    this.process = process;
    this.requests = new DataOutputStream(process.getOutputStream());
    this.answers = new DataInputStream(process.getInputStream());
  }

  /**
   * That of this thread, until it is released as often as it was taken. A call keeps the carrier of
   * a virtual thread, and on a disk that hangs it never ends; a few of them would stop every other
   * virtual thread of this process.
   *
   * @throws HostRefused if none can be started
   */
  static CallProcess take() {
    if (Thread.currentThread().isVirtual()) {
      throw new IllegalStateException("system calls are for platform threads");
    }
    CallProcess mine = MINE.get();
    if (mine == null) {
      mine = free();
      MINE.set(mine);
    }
    mine.users++;
    return mine;
  }

  /** The one that was kept, unless somebody has killed it since, or a new one. */
  private static CallProcess free() {
    CallProcess kept = FREE.getAndSet(null);
    return kept != null && kept.process.isAlive() ? kept : start();
  }

  void release() {
    users--;
    if (users > 0) {
      return;
    }
    MINE.remove();
    // The JVM may count it as alive for a moment after it was killed.
    CallProcess tooMany = hasEnded ? this : FREE.getAndSet(this);
    if (tooMany != null) {
      tooMany.end();
    }
  }

  /** It ends by itself when it is told no more. */
  private void end() {
    try {
      requests.close();
    } catch (IOException _) {
      // It has ended already.
    }
  }

  /**
   * Sends a request and waits for its answer.
   *
   * @throws OutcomeUnknown if the child was killed meanwhile
   */
  Answer call(byte[] request) {
    try {
      requests.writeInt(request.length);
      requests.write(request);
      requests.flush();
      long value = answers.readLong();
      int errno = answers.readInt();
      return new Answer(value, errno, ByteBuffer.wrap(answers.readNBytes(answers.readInt())));
    } catch (IOException e) {
      hasEnded = true;
      throw new OutcomeUnknown(
          "the process that makes system calls, pid " + process.pid() + ", ended during one", e);
    }
  }

  private static CallProcess start() {
    ProcessBuilder builder =
        new ProcessBuilder("perl", "-e", SCRIPT, Long.toString(ProcessHandle.current().pid()));
    // It may outlive this process by far, and must keep nothing of it open.
    builder.redirectError(Redirect.DISCARD).directory(new File("/"));
    builder.environment().keySet().retainAll(List.of("PATH"));
    try {
      return new CallProcess(builder.start());
    } catch (IOException e) {
      throw new HostRefused(
          "cannot run perl, which comes with perl-base and has to be in this image: "
              + e.getMessage(),
          e);
    }
  }

  private static String script() {
    try (InputStream source =
        Objects.requireNonNull(CallProcess.class.getResourceAsStream("system-calls.pl"))) {
      return new String(source.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
