package cn.ucloud.csi.udisk.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Nobody is allowed anything that {@code docs/security.md} does not say who needs for what. */
class ChartRbacTest {
  private static final String KUBE = "cn.ucloud.csi.udisk.controller.kube";

  /** The client has a method of the same name for each. */
  private static final Set<String> RESOURCES =
      Set.of(
          "configmaps",
          "csidrivers",
          "csinodes",
          "events",
          "leases",
          "namespaces",
          "nodes",
          "persistentvolumeclaims",
          "persistentvolumes",
          "pods",
          "secrets",
          "storageclasses",
          "volumeattachments");

  /** The client has no method of its own for the only kind that is not Kubernetes' own. */
  private static final Map<String, String> FOREIGN =
      Map.of("generickubernetesresources", "volumesnapshotcontents");

  private record Row(String role, String group, String resource, String verb) {}

  private static List<List<String>> table() {
    return MarkdownTables.rows("security.md", "Who may do what in Kubernetes");
  }

  private static Set<String> documented() {
    Set<String> rules = new TreeSet<>();
    for (List<String> row : table()) {
      for (String verb : row.get(3).split(", ", -1)) {
        rules.add(new Row(row.get(0), row.get(1), row.get(2), verb).toString());
      }
    }
    return rules;
  }

  private static Set<String> rendered() {
    Set<String> rules = new TreeSet<>();
    for (Chart.Manifest one : Chart.EVERYTHING.render()) {
      if (one.kind().equals("ClusterRole") || one.kind().equals("Role")) {
        one.tree().path("rules").forEach(rule -> add(one.name(), rule, rules));
      }
    }
    return rules;
  }

  private static void add(String role, JsonNode rule, Set<String> rules) {
    for (String group : texts(rule.path("apiGroups"))) {
      for (String resource : texts(rule.path("resources"))) {
        for (String verb : texts(rule.path("verbs"))) {
          List<String> names = texts(rule.path("resourceNames"));
          String what = names.isEmpty() ? resource : resource + " " + String.join(" ", names);
          rules.add(new Row(role, group.isEmpty() ? "core" : group, what, verb).toString());
        }
      }
    }
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(one -> texts.add(one.asText()));
    return texts;
  }

  @Test
  void everyPermissionIsInTheTableAndEveryRowIsGranted() {
    assertThat(rendered()).isNotEmpty().isEqualTo(documented());
    assertThat(rendered()).noneMatch(rule -> rule.contains("*"));
  }

  @Test
  void everyRowSaysWhatFor() {
    assertThat(table()).allMatch(row -> row.size() == 5 && !row.get(4).isBlank());
  }

  /** In both ways: what the driver asks for it may, and what it may it asks for. */
  @Test
  void theDriversRowsNameTheClassesThatAsk() {
    Set<String> documented = new TreeSet<>();
    for (List<String> row : table()) {
      if (row.getFirst().startsWith("udisk-csi-driver")) {
        String resource = row.get(2).split(" ", -1)[0];
        for (String asking : row.get(4).split(": ", -1)[0].split(", ", -1)) {
          documented.add(asking + " asks for " + resource);
        }
      }
    }
    assertThat(documented).isEqualTo(asked());
  }

  private static Set<String> asked() {
    Set<String> asked = new TreeSet<>();
    for (JavaClass one :
        new ClassFileImporter(List.of(new DoNotIncludeTests())).importPackages(KUBE)) {
      for (JavaMethodCall call : one.getMethodCallsFromSelf()) {
        String method = call.getName().toLowerCase(Locale.ROOT);
        String resource = FOREIGN.getOrDefault(method, method);
        if (call.getTargetOwner().getPackageName().startsWith("io.fabric8.kubernetes.client")
            && (RESOURCES.contains(resource) || FOREIGN.containsKey(method))) {
          asked.add(one.getSimpleName() + " asks for " + resource);
        }
      }
    }
    return asked;
  }

  @Test
  void secretsAreReadByNobody() {
    assertThat(rendered()).noneMatch(rule -> rule.contains("secrets"));
  }
}
