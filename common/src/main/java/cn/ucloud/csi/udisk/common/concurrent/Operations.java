package cn.ucloud.csi.udisk.common.concurrent;

import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * One operation per volume at a time; a repeat joins the running one (decision 4).
 *
 * <p>The work runs on a thread of its own, so it outlives a caller whose time is up: that caller is
 * told {@link OperationPending} with the stage, comes back, and finds the work further on. Work
 * that has sent nothing yet is dropped when nobody waits for it any more or when its opposite
 * arrives.
 *
 * <p>At its limit an operation is interrupted. Its keys are free when its thread has ended, not
 * before: a thread stuck in the kernel still may touch the device.
 */
public final class Operations {
  /** A waiter leaves this long before its own deadline, so that it can still be told why. */
  private static final Duration REPLY_MARGIN = Duration.ofMillis(300);

  private final Keys keys = new Keys();
  private final Duration limit;
  private final Supplier<Caller> caller;
  private final OperationObserver observer;
  private final Permission permission;
  private final Supplier<Thread.Builder> threads;

  /** For a process that is the only one of its kind, and that nobody measures. */
  public Operations(Duration limit, Supplier<Caller> caller) {
    this(limit, caller, Permission.always(), (_, _, _) -> {});
  }

  Operations(Duration limit, Supplier<Caller> caller, Permission permission) {
    this(limit, caller, permission, (_, _, _) -> {});
  }

  /** For work that waits for nothing but the network and other threads: on virtual threads. */
  public Operations(
      Duration limit, Supplier<Caller> caller, Permission permission, OperationObserver observer) {
    this(limit, caller, permission, observer, Thread::ofVirtual);
  }

  /**
   * @param limit after which an operation is interrupted
   * @param caller gives the one who waits on the current thread
   * @param permission asked before an operation begins, and again before it sends anything
   * @param observer hears of each operation
   * @param threads gives each operation its thread. Platform threads for work that reads disks: a
   *     disk that does not answer would keep the carrier of a virtual one, and a few of them, all
   *     carriers of the process
   */
  public Operations(
      Duration limit,
      Supplier<Caller> caller,
      Permission permission,
      OperationObserver observer,
      Supplier<Thread.Builder> threads) {
    this.limit = limit;
    this.caller = caller;
    this.permission = permission;
    this.observer = observer;
    this.threads = threads;
  }

  /**
   * The permission to make one change, for whoever sends changes for operations: the operation of
   * the thread is not dropped any more once its change has left, unless that certainly did nothing.
   * A change that still waits for its turn has not left.
   */
  public Permission permissionToSend() {
    return new Permission() {
      @Override
      public void require() {
        permission.require();
      }

      @Override
      public Pass enter() {
        return Operation.enterToSend(permission);
      }
    };
  }

  /** How many operations are under way. */
  public int underWay() {
    return keys.holders();
  }

  void observe(OperationKind kind, Duration total, TimeSpent spent) {
    observer.ended(kind, total, spent.parts());
  }

  /** The work of an operation. */
  @FunctionalInterface
  public interface Body<T> {
    T run(Progress progress);
  }

  /**
   * Runs {@code body}, or joins the operation that already does the same.
   *
   * @param key of the volume: its id, or its name while it has none
   * @param arguments what tells a repeat from another request, by {@code equals}
   * @throws OperationPending if something else is being done to the volume, if the caller's time is
   *     up while the work goes on, or if the work was dropped
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.Unavailable if another process acts
   */
  public <T> T run(String key, OperationKind kind, Object arguments, Body<T> body) {
    permission.require();
    Caller waiting = caller.get();
    Operation<?> operation = enter(key, kind, arguments, body, waiting);
    // Same kind and equal arguments mean the same body, and so the same type of answer.
    @SuppressWarnings("unchecked")
    Operation<T> mine = (Operation<T>) operation;
    return await(mine, waiting);
  }

  /**
   * What holds a key.
   *
   * @param isDropped it only has to end
   */
  private record Holder(Operation<?> operation, boolean isDropped) {}

  private Operation<?> enter(
      String key, OperationKind kind, Object arguments, Body<?> body, Caller waiting) {
    while (true) {
      Holder holder = keys.locked(() -> startOrJoin(key, kind, arguments, body));
      if (!holder.isDropped) {
        return holder.operation;
      }
      awaitEnd(holder.operation, waiting);
    }
  }

  private Holder startOrJoin(String key, OperationKind kind, Object arguments, Body<?> body) {
    Operation<?> running = keys.holder(key);
    if (running == null) {
      Operation<?> started = new Operation<>(this, key, kind, arguments, body);
      keys.take(key, started);
      observer.started(kind);
      started.start(limit, threads.get());
      return new Holder(started, false);
    }
    if (running.joins(kind, arguments)) {
      observer.joined(kind);
      return new Holder(running, false);
    }
    if (running.dropFor(kind)) {
      return new Holder(running, true);
    }
    throw new OperationPending(running.describe());
  }

  private static <T> T await(Operation<T> operation, Caller waiting) {
    CompletableFuture<T> answer = operation.answerFor(waiting);
    try {
      return answer.get(patience(waiting), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      operation.leave(answer);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      operation.leave(answer);
    } catch (ExecutionException e) {
      // Thrown below, as what it is.
    }
    return outcome(answer);
  }

  /** The outcome of an answer that is there: given, or put there by leaving. */
  private static <T> T outcome(CompletableFuture<T> answer) {
    if (answer.state() == Future.State.SUCCESS) {
      return answer.resultNow();
    }
    Throwable failure = answer.exceptionNow();
    // A copy of a future wraps what the original ended with.
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof RuntimeException exception) {
      throw exception;
    }
    throw new IllegalStateException(cause);
  }

  private static void awaitEnd(Operation<?> dropped, Caller waiting) {
    try {
      if (!dropped.awaitEnd(patience(waiting))) {
        throw new OperationPending(dropped.describe());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OperationPending(dropped.describe());
    }
  }

  private static long patience(Caller waiting) {
    return waiting
        .timeLeft()
        .map(
            left -> Math.max(1, Math.max(left.minus(REPLY_MARGIN).toMillis(), left.toMillis() / 2)))
        .orElse(Long.MAX_VALUE);
  }

  void requirePermission() {
    permission.require();
  }

  Keys keys() {
    return keys;
  }
}
