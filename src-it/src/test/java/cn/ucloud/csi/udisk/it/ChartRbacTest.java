package cn.ucloud.csi.udisk.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Nobody is allowed anything that {@code docs/security.md} does not say who needs for what. */
class ChartRbacTest {
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
    return Permissions.rights(Chart.EVERYTHING).stream()
        .map(right ->
            new Row(
                right.role(),
                right.group(),
                (right.resource() + " " + right.name()).strip(),
                right.verb()))
        .map(Row::toString)
        .collect(Collectors.toCollection(TreeSet::new));
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

  @Test
  void theAdministratorsProgramReadsOnlyAndCanBeLeftOut() {
    List<Permissions.Right> rights = rightsOfAdmin(Chart.EVERYTHING);
    assertThat(rights).hasSizeGreaterThan(20);
    assertThat(rights).allMatch(right -> Set.of("get", "list").contains(right.verb()));
    assertThat(rights).noneMatch(right -> right.resource().matches("secrets|configmaps|.*/.*"));
    Chart without = Chart.onNewest().with("admin: {enabled: false}");
    assertThat(rightsOfAdmin(without)).isEmpty();
    assertThat(without.render())
        .extracting(Chart.Manifest::name)
        .noneMatch(name -> name.contains("admin"));
  }

  private static List<Permissions.Right> rightsOfAdmin(Chart chart) {
    return Permissions.rights(chart).stream()
        .filter(right -> right.role().equals("udisk-csi-admin"))
        .toList();
  }

  @Test
  void nodesAndHeartbeatsAreReadOneByOneOnlyWhereStoppedHostsAreRecovered() {
    String off =
        Permissions.rights(Chart.onNewest()).stream()
            .filter(right -> right.role().startsWith("udisk-csi-driver"))
            .toList()
            .toString();
    assertThat(off)
        .doesNotContain("core/nodes get", "csinodes get", "heartbeats", "kube-node-lease");
    assertThat(Chart.args(Chart.onNewest().controller(), "csi-udisk"))
        .contains("--recover-stopped-hosts=false");
    Chart on = Chart.onNewest().with("controller: {recoverStoppedHosts: true}");
    assertThat(Permissions.rights(on).toString())
        .contains(
            "core/nodes get",
            "storage.k8s.io/csinodes get",
            "udisk-csi-driver-heartbeats coordination.k8s.io/leases get");
    for (String kind : List.of("Role", "RoleBinding")) {
      assertThat(on.find(kind, "udisk-csi-driver-heartbeats").at("/metadata/namespace").asText())
          .isEqualTo("kube-node-lease");
    }
    assertThat(Chart.args(on.controller(), "csi-udisk")).contains("--recover-stopped-hosts=true");
  }

  @Test
  void secretsAreReadByNobody() {
    assertThat(rendered()).noneMatch(rule -> rule.contains("secrets"));
  }
}
