package cn.ucloud.csi.udisk.it;

import static java.util.stream.Collectors.toCollection;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What one container of the chart may ask of the Kubernetes API, as its roles say, and what of it
 * has been asked for. A request that no rule allows is refused and noted.
 */
final class Permissions {
  private static final Pattern PATH =
      Pattern.compile(
          "/(?:api/v1|apis/(?<group>[^/]+)/[^/]+)/(?:namespaces/[^/]+/)?"
              + "(?<resource>[^/?]+)(?:/(?<name>[^/?]+)(?:/(?<part>[^/?]+))?)?(?:\\?(?<query>.*))?");

  /**
   * One rule, taken apart.
   *
   * @param name of the one object that it is about; empty for all
   */
  record Right(String role, String group, String resource, String name, String verb) {
    @Override
    public String toString() {
      return "%s %s/%s%s %s"
          .formatted(role, group, resource, name.isEmpty() ? "" : " " + name, verb);
    }
  }

  private final Set<Right> granted;
  private final Set<String> used = new ConcurrentSkipListSet<>();
  private final Set<String> refused = new ConcurrentSkipListSet<>();

  /** The rights of all roles whose names begin so. */
  Permissions(Chart chart, String roles) {
    granted =
        rights(chart).stream()
            .filter(right -> right.role().startsWith(roles))
            .collect(toCollection(java.util.LinkedHashSet::new));
  }

  /** Every right that the chart gives to anybody. */
  static List<Right> rights(Chart chart) {
    return Stream.concat(chart.render().stream(), chart.hooks().stream())
        .filter(one -> one.kind().equals("ClusterRole") || one.kind().equals("Role"))
        .flatMap(
            one -> one.tree().path("rules").valueStream().flatMap(rule -> rights(one.name(), rule)))
        .toList();
  }

  private static Stream<Right> rights(String role, JsonNode rule) {
    List<String> names = texts(rule.path("resourceNames"));
    return texts(rule.path("apiGroups")).stream()
        .flatMap(group ->
            texts(rule.path("resources")).stream()
                .flatMap(resource ->
                    (names.isEmpty() ? List.of("") : names)
                        .stream()
                            .flatMap(name ->
                                texts(rule.path("verbs")).stream()
                                    .map(verb ->
                                        new Right(
                                            role,
                                            group.isEmpty() ? "core" : group,
                                            resource,
                                            name,
                                            verb)))));
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(one -> texts.add(one.asText()));
    return texts;
  }

  /** Whether a request is allowed, by its method and its path with the query. */
  boolean permit(String method, String path) {
    Matcher asked = PATH.matcher(path);
    if (!asked.matches()) {
      return true; // which API there is, everybody may ask
    }
    String group = asked.group("group") == null ? "core" : asked.group("group");
    String resource =
        asked.group("part") == null
            ? asked.group("resource")
            : asked.group("resource") + "/" + asked.group("part");
    String name = asked.group("name") == null ? "" : asked.group("name");
    String verb = verb(method, name, asked.group("query") == null ? "" : asked.group("query"));
    List<Right> allowing =
        granted.stream()
            .filter(right ->
                right.group().equals(group)
                    && right.resource().equals(resource)
                    && right.verb().equals(verb)
                    && (right.name().isEmpty() || right.name().equals(name)))
            .toList();
    allowing.forEach(right -> used.add(right.toString()));
    if (allowing.isEmpty()) {
      refused.add(verb + " " + group + "/" + resource + " " + name);
    }
    return !allowing.isEmpty();
  }

  private static String verb(String method, String name, String query) {
    return switch (method) {
      case "GET" ->
          Stream.of(query.split("&", -1)).anyMatch("watch=true"::equals)
              ? "watch"
              : name.isEmpty() ? "list" : "get";
      case "POST" -> "create";
      case "PUT" -> "update";
      case "PATCH" -> "patch";
      case "DELETE" -> name.isEmpty() ? "deletecollection" : "delete";
      default -> method;
    };
  }

  Set<String> granted() {
    return granted.stream().map(Right::toString).collect(toCollection(TreeSet::new));
  }

  Set<String> used() {
    return new TreeSet<>(used);
  }

  Set<String> refused() {
    return new TreeSet<>(refused);
  }
}
