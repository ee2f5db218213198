package cn.ucloud.csi.udisk.simulator.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignatureTest {

  /** The first one is of the API documentation, the others were computed from it by hand. */
  @ParameterizedTest
  @CsvSource({
    "Action=DescribeUHostInstance Region=cn-bj2 Limit=10,"
        + "cba5cf5ec4d4233d206b1b54951e3787350a642f",
    "Action=CreateUDisk Region=cn-bj2 Zone=cn-bj2-05 ProjectId=org-abc123 Size=20"
        + " Name=pvc-9393f66f-c0b5-11e9-bd6d-5254001935f2 ChargeType=Dynamic"
        + " DiskType=SSDDataDisk,1d8dba6305013ba8666baea0532d8d9b0ab36fff",
    "Action=DescribeUHostInstance Region=cn-bj2 UHostIds.0=uhost-aaaa UHostIds.1=uhost-bbbb,"
        + "b3858a1ed4f7403de47b70499154158275c43d34",
    "Action=AttachUDisk Region=cn-bj2 Zone=cn-bj2-05 UDiskId=bsm-xyz HostId=uhost-aaaa"
        + " MultiAttach=No SecurityToken=foobar,8710abf370f1294424a6d1fec8b783b5557b3b56",
    "Action=RenameUDisk Region=cn-bj2 Zone=cn-bj2-05 UDiskId=bsm-xyz UDiskName=数据盘,"
        + "cf57098c8f7205a42fd83f688f8f790f56a9c10f",
    "Action=ResizeAttachedDisk Region=cn-bj2 Zone=cn-bj2-05 UHostId=uhost-aaaa DiskId=bsm-xyz"
        + " DiskSpace=40 DryRun=true,063ff60f2a0dbf02ccdd240bf3f7a47853819264"
  })
  void documentedParametersGiveTheDocumentedSignature(String parameters, String signature) {
    Map<String, String> signed = new HashMap<>();
    signed.put("PublicKey", "ucloudsomeone@example.com1296235120854146120");
    for (String pair : parameters.split(" ", -1)) {
      signed.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
    }
    assertThat(Signature.of(signed, "46f09bb9fab4f12dfc160dae12273d5332b5debe"))
        .isEqualTo(signature);
  }
}
