package cn.ucloud.csi.udisk.simulator.fault;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/** The calls of the API since the start of this process, the latest 20 000 of them. */
public final class CallLog {
  private static final int CAPACITY = 20_000;
  private static final Set<String> SECRET = Set.of("PublicKey", "Signature", "SecurityToken");

  private final TreeMap<Long, Call> calls = new TreeMap<>();
  private long lastSequence;

  public synchronized Call begin(String action, Map<String, String> parameters) {
    Map<String, String> harmless = new TreeMap<>(parameters);
    harmless.keySet().removeAll(SECRET);
    Call call =
        new Call(
            ++lastSequence,
            Instant.now(),
            UUID.randomUUID().toString(),
            action,
            harmless,
            Call.RUNNING);
    calls.put(call.sequence(), call);
    if (calls.size() > CAPACITY) {
      calls.pollFirstEntry();
    }
    return call;
  }

  public synchronized void end(Call call, String outcome) {
    calls.replace(call.sequence(), call.ended(outcome));
  }

  /** Oldest first. */
  public synchronized List<Call> all() {
    return List.copyOf(calls.values());
  }

  /** The calls of one action, oldest first. */
  public List<Call> of(String action) {
    return all().stream().filter(call -> call.action().equals(action)).toList();
  }
}
