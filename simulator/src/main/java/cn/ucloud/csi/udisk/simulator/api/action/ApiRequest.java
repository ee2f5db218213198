package cn.ucloud.csi.udisk.simulator.api.action;

import cn.ucloud.csi.udisk.simulator.model.ApiRefusal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The parameters of a call.
 *
 * @param parameters all of them, lists flattened to {@code Name.0}
 * @param signed the same as they enter the signature, where a JSON list is one value
 */
public record ApiRequest(Map<String, String> parameters, Map<String, String> signed) {

  private static final Pattern NAME = Pattern.compile("[\\p{IsHan}A-Za-z0-9._-]{1,63}");

  public String action() {
    return find("Action").orElseThrow(() -> new ApiRefusal(160, "Missing Action"));
  }

  /** An empty value counts as absent. */
  public Optional<String> find(String name) {
    return Optional.ofNullable(parameters.get(name)).filter(value -> !value.isEmpty());
  }

  public String require(String name) {
    return find(name).orElseThrow(() -> ApiRefusal.missing(name));
  }

  /** For names of resources: 1 to 63 characters out of a small set. */
  String requireName(String name) {
    String value = require(name);
    if (!NAME.matcher(value).matches()) {
      throw ApiRefusal.invalid(name);
    }
    return value;
  }

  Optional<Integer> findInteger(String name) {
    try {
      return find(name).map(Integer::valueOf);
    } catch (NumberFormatException e) {
      throw ApiRefusal.invalid(name);
    }
  }

  int requireInteger(String name) {
    return findInteger(name).orElseThrow(() -> ApiRefusal.missing(name));
  }

  int countOr(String name, int absent) {
    int count = findInteger(name).orElse(absent);
    if (count < 0) {
      throw ApiRefusal.invalid(name);
    }
    return count;
  }

  /** For parameters that are the words Yes and No; true and false are refused. */
  boolean isYes(String name, boolean absent) {
    return switch (find(name).orElse(absent ? "Yes" : "No")) {
      case "Yes" -> true;
      case "No" -> false;
      default -> throw ApiRefusal.invalid(name);
    };
  }

  boolean isTrue(String name) {
    return switch (find(name).orElse("false")) {
      case "true" -> true;
      case "false" -> false;
      default -> throw ApiRefusal.invalid(name);
    };
  }

  String requireOneOf(String name, String absent, List<String> allowed) {
    String value = find(name).orElse(absent);
    if (!allowed.contains(value)) {
      throw ApiRefusal.invalid(name);
    }
    return value;
  }

  /** A list starts at index 0 and has no gaps. */
  List<String> list(String name) {
    return IntStream.iterate(0, i -> parameters.containsKey(name + "." + i), i -> i + 1)
        .mapToObj(i -> parameters.getOrDefault(name + "." + i, ""))
        .toList();
  }

  /** HostId, or its older twin UHostId. */
  Optional<String> findHostId() {
    return find("HostId").or(() -> find("UHostId"));
  }

  String requireHostId() {
    return findHostId().orElseThrow(() -> ApiRefusal.missing("HostId"));
  }
}
