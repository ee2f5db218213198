package cn.ucloud.csi.udisk.admin;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.admin.facts.Facts;
import cn.ucloud.csi.udisk.admin.facts.FactsJson;
import cn.ucloud.csi.udisk.admin.fixture.Shop;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  private final Shop shop = Shop.open();

  @AfterEach
  void close() {
    shop.close();
  }

  @Test
  void thePageShowsFindingsWithTheirRemedyAndTheMap() {
    shop.cloud().free(Shop.DISK, Shop.VOLUME + "_" + Shop.CLUSTER_ID);
    String page = Ran.in(shop, "report", "-A").out();
    assertThat(page)
        .startsWith("<!doctype html>")
        .contains("lang=\"en\"", "UD120", "The driver attaches it again within 75 s")
        .contains("<svg", "class=\"bad\"", "shop/data-mysql-0 · bsm-x1y2z3")
        .doesNotContain("hidden-word");
  }

  @Test
  void thePageNeedsNothingFromElsewhere() {
    String page = Ran.speaking("zh", shop, "report", "-A").out();
    assertThat(page)
        .contains("lang=\"zh\"", "default-src 'none'")
        .doesNotContain("src=", "href=", "url(");
  }

  @Test
  void namesCannotBecomeMarkup() {
    shop.cluster()
        .put(
            """
            apiVersion: v1
            kind: Event
            metadata: {name: e1, namespace: shop}
            involvedObject: {kind: Pod, namespace: shop, name: mysql-0}
            reason: FailedMount
            type: Warning
            message: <script>alert(1)</script>
            lastTimestamp: "2026-11-30T11:50:00Z"
            """);
    shop.pod("mysql-0", "data-mysql-0", Shop.NODE, false);
    assertThat(Ran.in(shop, "report", "-A").out())
        .contains("&lt;script&gt;alert(1)")
        .doesNotContain("<script>alert(1)");
  }

  @Test
  void theBundleCarriesTheFactsWithWhichADoctorFindsTheSame(@TempDir Path directory)
      throws IOException {
    shop.cloud().free(Shop.DISK, Shop.VOLUME + "_" + Shop.CLUSTER_ID);
    Map<String, byte[]> files = unzip(Ran.bytes(shop, "support-bundle"));
    assertThat(files).containsOnlyKeys("doctor.txt", "facts.json", "report.html", "version.txt");
    Facts facts = FactsJson.read(new ByteArrayInputStream(files.get("facts.json")));
    assertThat(facts.disks()).singleElement().matches(disk -> disk.isFree());
    Path saved = directory.resolve("facts.json");
    Files.write(saved, files.get("facts.json"));
    assertThat(Ran.in(shop, "doctor", "--facts", saved.toString()).out())
        .isEqualTo(new String(files.get("doctor.txt"), StandardCharsets.UTF_8))
        .contains("UD120");
  }

  private static Map<String, byte[]> unzip(byte[] bytes) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
      for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        files.put(entry.getName(), zip.readAllBytes());
      }
    }
    return files;
  }

  @Test
  void aLostNodeIsSimulated() {
    Ran ran = Ran.in(shop, "simulate", "node-loss", Shop.NODE);
    assertThat(ran.out())
        .isEqualTo(
            """
            ✓  shop/data-mysql-0  bsm-x1y2z3  can go to 10.9.184.111
            1 volumes: 1 can go elsewhere, 0 cannot
            """);
    assertThat(ran.exitCode()).isZero();
  }

  @Test
  void aLostZoneLeavesItsVolumesWithoutANode() {
    Ran ran = Ran.in(shop, "simulate", "zone-loss", "cn-bj2-02");
    assertThat(ran.out()).contains("✗  shop/data-mysql-0  bsm-x1y2z3  would stay without a node");
    assertThat(ran.exitCode()).isEqualTo(1);
  }

  @Test
  void afterAPowerCutTheOrderIsShown() {
    shop.node(Shop.OTHER_NODE, Shop.OTHER_HOST, "Unknown", 400);
    Ran ran = Ran.in(shop, "cold-start");
    assertThat(ran.out())
        .contains(" ✗  nodes          1 of 2 are ready; not ready: " + Shop.OTHER_NODE)
        .contains(" ✓  controller     acting: csi-udisk-controller-a");
    assertThat(ran.exitCode()).isEqualTo(3);
  }

  @Test
  void beforeAnInstallTheClosedDriverIsSeen() {
    shop.cluster()
        .put(
            """
            apiVersion: apps/v1
            kind: StatefulSet
            metadata:
              name: csi-udisk-controller
              namespace: kube-system
              labels: {app: csi-udisk, role: controller}
            """);
    assertThat(Ran.in(shop, "check").out())
        .contains(" ✗  closed driver  its workloads: statefulset kube-system/csi-udisk-controller")
        .contains(" ✓  zones          nodes without a zone label: -");
  }
}
