package cn.ucloud.csi.udisk.common.concurrent;

import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import cn.ucloud.csi.udisk.common.trace.CurrentSpan;
import cn.ucloud.csi.udisk.common.trace.Span;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** One piece of work on one volume, and those who wait for its answer. */
final class Operation<T> implements Progress {
  private enum State {
    PREPARING,
    SENT,
    QUEUED,
    DROPPED
  }

  /** That of the thread, so that whoever sends for it, however deep below, can tell it. */
  private static final ScopedValue<Operation<?>> CURRENT = ScopedValue.newInstance();

  private final Operations operations;
  private final String key;
  private final OperationKind kind;
  private final Object arguments;
  private final Operations.Body<T> body;
  private final CompletableFuture<T> answer = new CompletableFuture<>();
  private final @Nullable Map<String, String> logContext = MDC.getCopyOfContextMap();
  private final Span span;
  private final TimeSpent spent = new TimeSpent();
  private final CountDownLatch end = new CountDownLatch(1);
  private final WorkClock worked = new WorkClock();
  private volatile String stage = "starting";
  private State state = State.PREPARING;
  private int waiters = 1;

  /** Changes that have left and may have been made. */
  private int sentChanges;

  private @Nullable Thread thread;

  Operation(
      Operations operations,
      String key,
      OperationKind kind,
      Object arguments,
      Operations.Body<T> body) {
    this.operations = operations;
    this.key = key;
    this.kind = kind;
    this.arguments = arguments;
    this.body = body;
    this.span = CurrentSpan.get().begin(kind.toString());
  }

  /** Starts the work; the one who called is its first waiter. */
  synchronized void start(Duration limit, Thread.Builder threads) {
    thread = threads.name(kind + " " + key).start(this::work);
    Thread.ofVirtual().name("limit of " + kind + " " + key).start(() -> interruptAfter(limit));
  }

  private void interruptAfter(Duration limit) {
    try {
      if (!worked.awaitLimit(limit, this::awaitEnd)) {
        interrupt();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this thread", e);
    }
  }

  private void work() {
    if (logContext != null) { // lines of the work carry the id of the call that began it
      MDC.setContextMap(logContext);
    }
    long start = System.nanoTime();
    try {
      T result =
          ScopedValue.where(CURRENT, this)
              .call(() -> CurrentSpan.within(span, () -> spent.during(this::run)));
      finish(() -> answer.complete(result));
    } catch (Throwable e) { // also errors: the waiters must hear of them
      span.failed(String.valueOf(e.getMessage()));
      finish(() -> answer.completeExceptionally(e));
    } finally {
      span.end();
      operations.observe(kind, Duration.ofNanos(System.nanoTime() - start), spent);
    }
  }

  private T run() {
    operations.keys().awaitSharers(key, this);
    return body.run(this);
  }

  /** The keys are free before anybody is told, so that who comes back at once is not refused. */
  private void finish(Runnable tell) {
    operations.keys().free(this);
    end.countDown();
    tell.run();
  }

  /** True if the same is asked again; the one who asks has become a waiter then. */
  synchronized boolean joins(OperationKind otherKind, Object otherArguments) {
    if (state == State.DROPPED || kind != otherKind || !arguments.equals(otherArguments)) {
      return false;
    }
    waiters++;
    CurrentSpan.get().awaits(span);
    return true;
  }

  /** Drops the work if {@code arriving} undoes it and it has sent nothing; false if it goes on. */
  synchronized boolean dropFor(OperationKind arriving) {
    if ((state == State.PREPARING || state == State.QUEUED) && kind.isOppositeOf(arriving)) {
      drop();
    }
    return state == State.DROPPED;
  }

  /** The answer, for one waiter; a waiter that goes away does not take it from the others. */
  CompletableFuture<T> answerFor(Caller waiting) {
    CompletableFuture<T> mine = answer.copy();
    waiting.whenGone(() -> leave(mine));
    return mine;
  }

  /** Stops waiting; {@code mine} ends with the stage, unless it has its answer already. */
  void leave(CompletableFuture<T> mine) {
    if (mine.completeExceptionally(new OperationPending(describe()))) {
      oneWaiterLess();
    }
  }

  private synchronized void oneWaiterLess() {
    waiters--;
    if (waiters == 0 && state == State.PREPARING) {
      drop();
    }
  }

  boolean awaitEnd(long millis) throws InterruptedException {
    return end.await(millis, TimeUnit.MILLISECONDS);
  }

  String describe() {
    return kind + " of " + key + " is still under way: " + stage;
  }

  @Override
  public void at(String newStage) {
    stage = newStage;
  }

  @Override
  public void sending() {
    operations.requirePermission();
    markSent();
  }

  private synchronized void markSent() {
    requireNotDropped("nothing was sent");
    sentChanges++;
    state = State.SENT;
  }

  private void requireNotDropped(String consequence) {
    if (state == State.DROPPED) {
      throw new OperationPending(kind + " of " + key + " was dropped; " + consequence);
    }
  }

  /** What had departed did nothing: if that was all, it is as if nothing had been sent yet. */
  private synchronized void markUnsent() {
    sentChanges--;
    if (sentChanges == 0) {
      state = State.PREPARING;
      if (waiters == 0) {
        drop();
      }
    }
  }

  /** Lets a change of this thread's operation leave, if it has one, and if it is permitted. */
  static Permission.Pass enterToSend(Permission permission) {
    if (!CURRENT.isBound()) {
      return permission.enter();
    }
    Operation<?> operation = CURRENT.get();
    operation.markSent();
    Permission.Pass permitted;
    try {
      permitted = permission.enter();
    } catch (RuntimeException e) {
      operation.markUnsent();
      throw e;
    }
    return new Permission.Pass() {
      @Override
      public void close() {
        permitted.close();
      }

      @Override
      public void nothingDone() {
        operation.markUnsent();
      }
    };
  }

  static Progress ofThisThread() {
    return CURRENT.isBound() ? CURRENT.get() : Progress.unwatched();
  }

  @Override
  public void queue(String waiting, Turn turn) {
    String before = stage;
    State was = enqueue();
    stage = waiting;
    try {
      limitedByItself(() -> {
        Progress.super.queue(waiting, turn);
        return turn;
      });
    } finally {
      leaveQueue(was);
    }
    stage = before;
  }

  private synchronized State enqueue() {
    requireNotDropped("its turn was not taken");
    State was = state;
    state = State.QUEUED;
    return was;
  }

  private synchronized void leaveQueue(State was) {
    requireNotDropped("its turn was not taken");
    state = was;
  }

  @Override
  public <R> R limitedByItself(Supplier<R> work) {
    worked.stop();
    try {
      return work.get();
    } finally {
      worked.goOn();
    }
  }

  @Override
  public void alsoHold(String otherKey) {
    operations.keys().alsoTake(otherKey, this);
  }

  @Override
  public Hold share(String otherKey) {
    return operations.keys().share(otherKey, this);
  }

  @Override
  public Hold takeTurn(String otherKey) {
    return operations.keys().takeTurn(otherKey, this);
  }

  private void drop() {
    state = State.DROPPED;
    interrupt();
  }

  private synchronized void interrupt() {
    if (thread != null) {
      thread.interrupt();
    }
  }
}
