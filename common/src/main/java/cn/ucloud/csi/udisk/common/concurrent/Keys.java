package cn.ucloud.csi.udisk.common.concurrent;

import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which operation holds which key: one for itself, or several together.
 *
 * <p>Whoever takes a key for itself has it at once, and works when those who shared it before are
 * done; whoever comes to share it after that waits. So neither keeps the other waiting for ever.
 */
final class Keys {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition freed = lock.newCondition();
  private final Map<String, Operation<?>> alone = new HashMap<>();
  private final Map<String, List<Operation<?>>> shared = new HashMap<>();

  /** Does {@code work} while no key is taken or given back by others. */
  <T> T locked(Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }

  /** The operation that has {@code key} for itself, or waits for it; null if there is none. */
  @Nullable Operation<?> holder(String key) {
    return locked(() -> alone.get(key));
  }

  /** Gives a key that nobody has for itself; others may still share it. */
  void take(String key, Operation<?> operation) {
    locked(() -> alone.put(key, operation));
  }

  /**
   * Gives a further key to {@code operation} for itself.
   *
   * @throws OperationPending if another operation holds it, also if it shares it
   */
  void alsoTake(String key, Operation<?> operation) {
    locked(() -> {
      Optional<Operation<?>> other =
          Optional.<Operation<?>>ofNullable(alone.get(key))
              .filter(holder -> holder != operation)
              .or(() -> sharer(key, operation));
      if (other.isPresent()) {
        throw new OperationPending(other.get().describe());
      }
      return alone.put(key, operation);
    });
  }

  /**
   * Waits until nobody else has {@code key} for itself, and shares it until the answer is closed.
   *
   * @throws OperationPending if interrupted
   */
  Progress.Hold share(String key, Operation<?> operation) {
    awaitWhile(
        operation,
        () -> Optional.ofNullable(alone.get(key)),
        () -> {
          shared.computeIfAbsent(key, _ -> new ArrayList<>()).add(operation);
        });
    return () -> giveBack(key, operation);
  }

  /**
   * Waits until nobody else has {@code key} in any way, and has it for itself until the answer is
   * closed.
   *
   * @throws OperationPending if interrupted
   */
  Progress.Hold takeTurn(String key, Operation<?> operation) {
    awaitWhile(
        operation,
        () ->
            Optional.<Operation<?>>ofNullable(alone.get(key))
                .filter(holder -> holder != operation)
                .or(() -> sharer(key, operation)),
        () -> {
          var _ = alone.put(key, operation);
        });
    return () ->
        locked(() -> {
          freed.signalAll();
          return alone.remove(key, operation);
        });
  }

  /**
   * Waits until nobody else shares {@code key}, which {@code operation} has for itself.
   *
   * @throws OperationPending if interrupted
   */
  void awaitSharers(String key, Operation<?> operation) {
    awaitWhile(operation, () -> sharer(key, operation), () -> {});
  }

  private void awaitWhile(
      Operation<?> operation, Supplier<Optional<Operation<?>>> inTheWay, Runnable then) {
    lock.lock();
    try {
      Optional<Operation<?>> other = inTheWay.get();
      while (other.filter(o -> o != operation).isPresent()) {
        operation.at("waiting, because " + other.get().describe());
        freed.await();
        other = inTheWay.get();
      }
      then.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OperationPending(operation.describe());
    } finally {
      lock.unlock();
    }
  }

  private Optional<Operation<?>> sharer(String key, Operation<?> operation) {
    return shared.getOrDefault(key, List.of()).stream()
        .filter(other -> other != operation)
        .findFirst();
  }

  private void giveBack(String key, Operation<?> operation) {
    locked(() -> {
      shared.computeIfPresent(key, (_, sharers) -> without(operation, sharers));
      freed.signalAll();
      return true;
    });
  }

  private static @Nullable List<Operation<?>> without(
      Operation<?> operation, List<Operation<?>> sharers) {
    sharers.remove(operation);
    return sharers.isEmpty() ? null : sharers;
  }

  /** Frees every key that {@code operation} has for itself or shares. */
  void free(Operation<?> operation) {
    locked(() -> {
      shared.values().forEach(sharers -> sharers.removeIf(sharer -> sharer == operation));
      shared.values().removeIf(List::isEmpty);
      freed.signalAll();
      return alone.values().removeIf(holder -> holder == operation);
    });
  }

  int holders() {
    return locked(() -> (int) alone.values().stream().distinct().count());
  }
}
