package cn.ucloud.csi.udisk.controller.model;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Labels as somebody writes them for many disks: {@code team=${pvc.labels.team},app=shop}. What a
 * value names is put in its place for each disk.
 *
 * @param pairs by key, each value as it was written
 */
public record LabelTemplate(Map<String, String> pairs) {
  /** No labels. */
  public static final LabelTemplate NONE = new LabelTemplate(Map.of());

  /** More than anybody splits a bill by; UCloud documents no limit. */
  private static final int MOST = 20;

  /** UCloud's rule for names (UHost API, "specification"); it documents none for labels. */
  private static final String CHARACTERS = "[\\p{IsHan}A-Za-z0-9._-]";

  private static final String ALLOWED = "letters, digits, Chinese characters, '.', '_', '-'";
  private static final Pattern KEY = Pattern.compile(CHARACTERS + "{1,63}");
  private static final Pattern TEXT = Pattern.compile(CHARACTERS + "{0,63}");
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^{}]*)}");
  private static final String PVC_LABELS = "pvc.labels.";
  private static final String NAMESPACE_LABELS = "namespace.labels.";
  private static final Pattern KNOWN =
      Pattern.compile("pvc\\.name|pvc\\.namespace|pv\\.name|(pvc|namespace)\\.labels\\.[\\w./-]+");

  /**
   * What the values of one disk's labels are made of.
   *
   * @param volume the name of its persistent volume; blank where that is not known
   * @param claim that has it; empty where none does
   */
  public record Facts(String volume, Optional<ClaimFacts> claim) {

    Optional<String> find(String variable) {
      Optional<String> found =
          variable.equals("pv.name")
              ? Optional.of(volume)
              : claim.flatMap(known -> known.find(variable));
      return found.filter(value -> !value.isEmpty());
    }
  }

  /** A claim, with its labels and those of its namespace. */
  public record ClaimFacts(
      String namespace,
      String name,
      Map<String, String> labels,
      Map<String, String> namespaceLabels) {

    private Optional<String> find(String variable) {
      return switch (variable) {
        case "pvc.name" -> Optional.of(name);
        case "pvc.namespace" -> Optional.of(namespace);
        case String text when text.startsWith(PVC_LABELS) ->
            Optional.ofNullable(labels.get(text.substring(PVC_LABELS.length())));
        case String text when text.startsWith(NAMESPACE_LABELS) ->
            Optional.ofNullable(namespaceLabels.get(text.substring(NAMESPACE_LABELS.length())));
        default -> Optional.empty();
      };
    }
  }

  public LabelTemplate {
    pairs = Map.copyOf(pairs);
  }

  /**
   * Reads pairs with commas between them; none of a text of blanks.
   *
   * @param field where it was written, as in "parameters.labels"
   * @throws InvalidRequest if a pair is none, or is not allowed
   */
  public static LabelTemplate parse(String field, String text) {
    Map<String, String> pairs = new LinkedHashMap<>();
    if (text.isBlank()) {
      return NONE;
    }
    for (String pair : text.split(",", -1)) {
      int equals = pair.indexOf('=');
      if (equals < 0) {
        throw new InvalidRequest(
            field,
            "must not have '%s'; allowed are pairs such as team=db,claim=${pvc.name}"
                .formatted(pair.strip()));
      }
      String key = pair.substring(0, equals).strip();
      requireKey(field, key);
      String value = pair.substring(equals + 1).strip();
      requireValue(field, key, value);
      if (pairs.put(key, value) != null) {
        throw new InvalidRequest(field, "must not name the key " + key + " twice");
      }
    }
    if (pairs.size() > MOST) {
      throw new InvalidRequest(
          field, "must not have %d labels; at most %d are allowed".formatted(pairs.size(), MOST));
    }
    return new LabelTemplate(pairs);
  }

  private static void requireKey(String field, String key) {
    if (!KEY.matcher(key).matches()) {
      throw new InvalidRequest(
          field, "must not have the key '%s'; allowed are 1 to 63 %s".formatted(key, ALLOWED));
    }
  }

  private static void requireValue(String field, String key, String value) {
    Matcher variable = VARIABLE.matcher(value);
    while (variable.find()) {
      if (!KNOWN.matcher(variable.group(1)).matches()) {
        throw new InvalidRequest(
            field,
            "must not have ${%s} in the value of %s; allowed are ${pvc.name}, ${pvc.namespace}, ${pv.name}, ${pvc.labels.KEY} and ${namespace.labels.KEY}"
                .formatted(variable.group(1), key));
      }
    }
    if (value.isEmpty() || !TEXT.matcher(VARIABLE.matcher(value).replaceAll("")).matches()) {
      throw new InvalidRequest(
          field,
          "must not have the value '%s' of %s; allowed are 1 to 63 %s, and what ${...} names"
              .formatted(value, key, ALLOWED));
    }
  }

  /** These and those of {@code other}, which win where both have a key. */
  public LabelTemplate with(LabelTemplate other) {
    Map<String, String> all = new LinkedHashMap<>(pairs);
    all.putAll(other.pairs);
    return new LabelTemplate(all);
  }

  public boolean isEmpty() {
    return pairs.isEmpty();
  }

  /** Whether a value names anything of the claim or of its namespace. */
  public boolean namesClaim() {
    return names("pvc.") || namesNamespaceLabels();
  }

  /** Whether a value names a label of the claim's namespace. */
  public boolean namesNamespaceLabels() {
    return names(NAMESPACE_LABELS);
  }

  private boolean names(String prefix) {
    return pairs.values().stream().anyMatch(value -> value.contains("${" + prefix));
  }

  /** The labels of one disk. A pair that names what there is not is left out. */
  public DiskLabels of(Facts facts) {
    Map<String, String> labels = new TreeMap<>();
    pairs.forEach((key, value) -> value(value, facts).ifPresent(text -> labels.put(key, text)));
    return new DiskLabels(labels);
  }

  private static Optional<String> value(String written, Facts facts) {
    Matcher variable = VARIABLE.matcher(written);
    StringBuilder text = new StringBuilder();
    while (variable.find()) {
      Optional<String> found = facts.find(variable.group(1));
      if (found.isEmpty()) {
        return Optional.empty();
      }
      variable.appendReplacement(text, Matcher.quoteReplacement(found.get()));
    }
    return Optional.of(variable.appendTail(text).toString());
  }
}
