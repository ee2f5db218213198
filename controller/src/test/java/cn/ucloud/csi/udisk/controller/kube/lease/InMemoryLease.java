package cn.ucloud.csi.udisk.controller.kube.lease;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** A lease without an API server, whose answers can be lost and whose writers can be overtaken. */
final class InMemoryLease implements LeaseStore {
  private Optional<LeaseState> state = Optional.empty();
  private int version;
  Runnable beforeWrite = () -> {};
  boolean losesNextAnswer;

  @Override
  public Optional<LeaseState> read() {
    return state;
  }

  @Override
  public boolean create(LeaseState newState) {
    beforeWrite.run();
    return write(newState, state.isEmpty());
  }

  @Override
  public boolean replace(LeaseState newState) {
    beforeWrite.run();
    return write(
        newState, state.filter(now -> now.version().equals(newState.version())).isPresent());
  }

  void write(String holder, Duration duration) {
    boolean _ = write(new LeaseState("", holder, duration, Instant.EPOCH, 0), true);
  }

  void delete() {
    state = Optional.empty();
  }

  private boolean write(LeaseState newState, boolean allowed) {
    if (allowed) {
      version++;
      state =
          Optional.of(
              new LeaseState(
                  Integer.toString(version),
                  newState.holder(),
                  newState.duration(),
                  newState.acquired(),
                  newState.transitions()));
    }
    if (losesNextAnswer) {
      losesNextAnswer = false;
      throw new IllegalStateException("the answer was lost");
    }
    return allowed;
  }
}
