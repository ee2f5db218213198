package cn.ucloud.csi.udisk.common.ucloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The key pair and the first vector are the example of UCloud's own documentation. */
class RequestSignerTest {
  private static final String PUBLIC_KEY = "ucloudsomeone@example.com1296235120854146120";
  private static final String PRIVATE_KEY = "46f09bb9fab4f12dfc160dae12273d5332b5debe";

  @Test
  void theExampleOfTheDocumentation() {
    assertThat(sign(Map.of("Action", "DescribeUHostInstance", "Region", "cn-bj2", "Limit", 10)))
        .isEqualTo("cba5cf5ec4d4233d206b1b54951e3787350a642f");
  }

  @Test
  void numbersAreSignedAsTheyAreWritten() {
    assertThat(
            sign(
                Map.of(
                    "Action", "CreateUDisk",
                    "Region", "cn-bj2",
                    "Zone", "cn-bj2-05",
                    "ProjectId", "org-abc123",
                    "Size", 20,
                    "Name", "pvc-9393f66f-c0b5-11e9-bd6d-5254001935f2",
                    "ChargeType", "Dynamic",
                    "DiskType", "SSDDataDisk")))
        .isEqualTo("1d8dba6305013ba8666baea0532d8d9b0ab36fff");
  }

  @Test
  void arraysAreFlattened() {
    assertThat(
            sign(
                Map.of(
                    "Action", "DescribeUHostInstance",
                    "Region", "cn-bj2",
                    "UHostIds.0", "uhost-aaaa",
                    "UHostIds.1", "uhost-bbbb")))
        .isEqualTo("b3858a1ed4f7403de47b70499154158275c43d34");
  }

  @Test
  void theTokenOfATemporaryKeyIsSigned() {
    assertThat(
            sign(
                Map.of(
                    "Action", "AttachUDisk",
                    "Region", "cn-bj2",
                    "Zone", "cn-bj2-05",
                    "UDiskId", "bsm-xyz",
                    "HostId", "uhost-aaaa",
                    "MultiAttach", "No",
                    "SecurityToken", "foobar")))
        .isEqualTo("8710abf370f1294424a6d1fec8b783b5557b3b56");
  }

  @Test
  void textIsSignedAsUtf8AndNotEscaped() {
    assertThat(
            sign(
                Map.of(
                    "Action", "RenameUDisk",
                    "Region", "cn-bj2",
                    "Zone", "cn-bj2-05",
                    "UDiskId", "bsm-xyz",
                    "UDiskName", "数据盘")))
        .isEqualTo("cf57098c8f7205a42fd83f688f8f790f56a9c10f");
  }

  @Test
  void truthIsSignedInSmallLetters() {
    assertThat(
            sign(
                Map.of(
                    "Action", "ResizeAttachedDisk",
                    "Region", "cn-bj2",
                    "Zone", "cn-bj2-05",
                    "UHostId", "uhost-aaaa",
                    "DiskId", "bsm-xyz",
                    "DiskSpace", 40,
                    "DryRun", true)))
        .isEqualTo("063ff60f2a0dbf02ccdd240bf3f7a47853819264");
  }

  private static String sign(Map<String, Object> parameters) {
    Map<String, Object> all = new HashMap<>(parameters);
    all.put("PublicKey", PUBLIC_KEY);
    return RequestSigner.sign(all, PRIVATE_KEY);
  }
}
