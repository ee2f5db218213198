package cn.ucloud.csi.udisk.admin;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.admin.fixture.Shop;
import cn.ucloud.csi.udisk.admin.link.Looked;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Questions with {@code --node}: where the plugin is sent, and what is shown of what it brings. */
class NodeLooksTest {
  private static final String CSI =
      "/var/lib/kubelet/plugins/kubernetes.io/csi/udisk.csi.ucloud.cn/";
  private static final String POD_UID =
      UUID.nameUUIDFromBytes(
              "/api/v1/namespaces/shop/pods/mysql-0"
                  .getBytes(java.nio.charset.StandardCharsets.UTF_8))
          .toString();
  private static final String LOOK =
      """
      exec\tkube-system\tcsi-udisk-uhost-abc
      node\t10.9.184.108
      disk\tvdc\t253:32\t41943040\t0\t9\tUCLOUD_DISK_VDB
      mount\t253:32\t/\t%s%s/globalmount\trw,relatime\text4\t/dev/vdc\trw
      mount\t253:32\t/\t/var/lib/kubelet/pods/%s/volumes/kubernetes.io~csi/%s/mount\trw,relatime\text4\t/dev/vdc\trw
      record\tbsm-x1y2z3
      end
      """
          .formatted(CSI, Looked.digest(Shop.DISK), POD_UID, Shop.VOLUME);

  private final Shop shop = Shop.open();

  @AfterEach
  void close() {
    shop.close();
  }

  private static String attachment() {
    return Shop.attachmentPath(Shop.DISK, Shop.NODE).replaceAll(".*/", "").substring(0, 12);
  }

  @Test
  void thePluginIsSentToTheNodesOfWhatIsAskedAbout() {
    String one =
        "exec\tkube-system\tcsi-udisk-uhost-abc\tcsi-udisk\t/opt/udisk-csi/udisk-csi\tlook\ndone\n";
    for (String[] question :
        new String[][] {
          {"--next", "map", "data-mysql-0", "-n", "shop", "--node"},
          {"--next", "map", "-n", "shop", "--node"},
          {"--next", "map", "-A", "--node"},
          {"--next", "doctor", "pod/mysql-0", "-n", "shop", "--node"},
          {"--next", "doctor", "node/" + Shop.NODE, "--node"},
        }) {
      Ran ran = Ran.in(shop, question);
      assertThat(ran.out()).as(String.join(" ", question)).isEqualTo(one);
      assertThat(ran.exitCode()).isZero();
    }
  }

  @Test
  void mapShowsDeviceSerialAndMounts() {
    assertThat(Ran.reading(LOOK, "en", shop, "map", "data-mysql-0", "-n", "shop", "--node").out())
        .isEqualTo(
            """
            claim shop/data-mysql-0
            └─ volume pvc-9393f66f-0000-4000-8000-000000000001   ssd, ext4, 20Gi, Bound, Delete, cn-bj2-02
               └─ disk bsm-x1y2z3   INUSE uhost-abc vdb 20Gi ssd cn-bj2-02
                  └─ attachment %s…   attached vdb, for 1d0h
                     └─ node 10.9.184.108   /dev/vdc, serial UCLOUD_DISK_VDB (the console's vdb is vdc here), staged by this driver
                        ├─ …/globalmount   ext4 rw
                        └─ pod mysql-0   ok   …/mount   ext4 rw
            """
                .formatted(attachment()));
    assertThat(Ran.reading(LOOK, "zh", shop, "map", "data-mysql-0", "-n", "shop", "--node").out())
        .contains("节点 10.9.184.108   /dev/vdc，序列号 UCLOUD_DISK_VDB（控制台的 vdb 在这里是 vdc），由本驱动暂存")
        .contains("…/globalmount   ext4 rw");
    Ran table = Ran.reading(LOOK, "en", shop, "map", "-n", "shop", "--node");
    assertThat(table.out()).contains("attached vdb = /dev/vdc");
    assertThat(table.exitCode()).isZero();
  }

  @Test
  void doctorFindsWhatDoesNotFit() {
    String stopped = LOOK.replace("/dev/vdc\trw", "/dev/vdc\tro,errors=remount-ro");
    Ran ran = Ran.reading(stopped, "en", shop, "doctor", "pod/mysql-0", "-n", "shop", "--node");
    assertThat(ran.out())
        .contains(
            " ✗  mounted      [UD151] the filesystem of volume bsm-x1y2z3 has stopped after an error")
        .contains("Next: Delete the pod")
        .containsOnlyOnce("UD151");
    assertThat(ran.exitCode()).isEqualTo(3);
    String other = LOOK.replace("UCLOUD_DISK_VDB", "UCLOUD_DISK_VDX");
    assertThat(Ran.reading(other, "en", shop, "doctor", "-n", "shop", "--node").out())
        .contains("[UD152] pv " + Shop.VOLUME, "no device there has the serial UCLOUD_DISK_VDB")
        .contains("[UD154]");
    assertThat(Ran.reading(other, "zh", shop, "doctor", "-n", "shop", "--node").out())
        .contains("那里没有序列号为 UCLOUD_DISK_VDB 的设备");
  }

  @Test
  void aFilesystemThatHasStoppedIsNotShownAsWritable() {
    for (String word : List.of("emergency_ro", "shutdown")) {
      String stopped = LOOK.replace("ext4\t/dev/vdc\trw", "xfs\t/dev/vdc\trw,noquota," + word);
      Ran map = Ran.reading(stopped, "en", shop, "map", "data-mysql-0", "-n", "shop", "--node");
      assertThat(map.out())
          .contains("├─ …/globalmount   xfs rw (the filesystem itself: " + word + ")\n")
          .contains("[UD151] pv " + Shop.VOLUME);
      assertThat(map.exitCode()).isEqualTo(3);
      assertThat(Ran.reading(stopped, "zh", shop, "doctor", "-n", "shop", "--node").out())
          .contains("[UD151]", "的文件系统在出错后已停止，不再接受写入");
    }
  }

  @Test
  void aNodeThatCouldNotBeLookedAtIsSaidWithTheReason() {
    String failed =
        "exec\tkube-system\tcsi-udisk-uhost-abc\n\nfailed\terror: unable to upgrade connection\n";
    for (String command : List.of("map", "doctor")) {
      Ran ran = Ran.reading(failed, "en", shop, command, "-A", "--node");
      assertThat(ran.out())
          .contains(
              "look at 10.9.184.108 could not be read: error: unable to upgrade connection\n");
      assertThat(ran.exitCode()).isEqualTo(1);
    }
  }

  @Test
  void whatWasNotLookedAtIsSaid() {
    Ran ran = Ran.in(shop, "doctor", "-n", "shop", "--node");
    assertThat(ran.out()).contains("look at 10.9.184.108 could not be read: it was not looked at");
    assertThat(ran.exitCode()).isEqualTo(1);
    shop.cluster()
        .patch(
            "/api/v1/namespaces/kube-system/pods/csi-udisk-uhost-abc",
            "[{\"op\":\"replace\",\"path\":\"/status/containerStatuses/0/ready\",\"value\":false}]");
    assertThat(Ran.in(shop, "--next", "map", "-n", "shop", "--node").out()).isEqualTo("done\n");
    assertThat(Ran.in(shop, "doctor", "-n", "shop", "--node").out())
        .contains("its node plugin is not ready");
  }

  @Test
  void theFactsCarryWhatWasSeen() {
    assertThat(Ran.reading(LOOK, "en", shop, "map", "-n", "shop", "--node", "-o", "json").out())
        .contains("\"serial\" : \"UCLOUD_DISK_VDB\"", "\"records\" : [ \"bsm-x1y2z3\" ]");
  }

  @Test
  void whatIsAskedWithoutNodeReadsNoInput() {
    assertThat(Ran.reading("garbage", "en", shop, "map", "-n", "shop").out())
        .isEqualTo(Ran.in(shop, "map", "-n", "shop").out());
  }
}
