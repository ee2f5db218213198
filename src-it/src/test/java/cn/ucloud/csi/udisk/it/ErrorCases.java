package cn.ucloud.csi.udisk.it;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The calls behind the rows of {@code docs/errors.md}, by RPC and situation. */
final class ErrorCases {
  private final Map<String, Supplier<?>> calls = new LinkedHashMap<>();

  /** Adds a call; only how it ends matters. */
  void add(String rpc, String situation, Supplier<?> call) {
    if (calls.put(rpc + ": " + situation, call) != null) {
      throw new IllegalArgumentException("twice: " + rpc + ": " + situation);
    }
  }

  Optional<Supplier<?>> find(String key) {
    return Optional.ofNullable(calls.get(key));
  }

  Set<String> keys() {
    return calls.keySet();
  }
}
