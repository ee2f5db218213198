package cn.ucloud.csi.udisk.common.ucloud;

import static cn.ucloud.csi.udisk.common.ucloud.FakeUCloudApi.KEYS;
import static cn.ucloud.csi.udisk.common.ucloud.FakeUCloudApi.json;
import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.common.model.DeviceName;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.SnapshotId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.label.BindLabels;
import cn.ucloud.csi.udisk.common.ucloud.label.CreateLabels;
import cn.ucloud.csi.udisk.common.ucloud.label.Label;
import cn.ucloud.csi.udisk.common.ucloud.label.ListLabelsByResourceIds;
import cn.ucloud.csi.udisk.common.ucloud.label.ListLabelsByResourceIds.Bound;
import cn.ucloud.csi.udisk.common.ucloud.label.UnbindLabels;
import cn.ucloud.csi.udisk.common.ucloud.udisk.AttachUDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.ChargeType;
import cn.ucloud.csi.udisk.common.ucloud.udisk.CloneUDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.CloneUDiskSnapshot;
import cn.ucloud.csi.udisk.common.ucloud.udisk.CreateUDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.CreateUDiskSnapshot;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DeleteUDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DeleteUDiskSnapshot;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DescribePHost;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DescribeUDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DescribeUDiskSnapshot;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DescribeUHostInstance;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DetachUDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskTerms;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskType;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Host;
import cn.ucloud.csi.udisk.common.ucloud.udisk.OddRecord;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Page;
import cn.ucloud.csi.udisk.common.ucloud.udisk.ResizeAttachedDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.ResizePHostAttachedDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.ResizeUDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Standing;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskSnapshot;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each action sends and reads, against the parameter tables and samples of the UCloud API. */
class ActionsTest {
  private static final String ZONE = "cn-bj2-05";
  private static final String DISK =
      """
      {"Zone":"cn-bj2-05","UDiskId":"bsm-abc123","Name":"pvc-1_uk8s-a","Size":20,"Status":"InUse",
       "HostId":"uhost-xyz","UHostId":"uhost-xyz","HostIP":"10.9.0.7","DeviceName":"vdb",
       "DiskType":"SSDDataDisk",
       "ChargeType":"Dynamic","Tag":"Default","IsExpire":"No","RdmaClusterId":"",
       "CreateTime":1492529621,"ExpiredTime":1509706800,"SnapshotCount":0,"SnapshotLimit":3,
       "IsBoot":"False","Version":"2.0","UDataArkMode":"No"}\
      """;

  private final FakeUCloudApi api;
  private final UCloudClient client;

  ActionsTest() throws IOException {
    api = new FakeUCloudApi();
    Duration limit = Duration.ofSeconds(20);
    client =
        new UCloudClient(
            new UCloudConfig(api.endpoint(), "cn-bj2", Optional.empty(), limit, limit),
            () -> KEYS,
            FastTime.pace(),
            (_, _, _) -> {},
            Duration.ofMillis(1));
  }

  @AfterEach
  void close() throws IOException {
    api.close();
  }

  // What is sent.

  @ParameterizedTest
  @CsvSource({"SATA, DataDisk", "SSD, SSDDataDisk", "RSSD, RSSDDataDisk", "ESSD, ESSDDataDisk"})
  void createUDiskAlwaysSendsChargeType(DiskType type, String apiName) {
    api.otherwise(json("{\"RetCode\":0,\"UDiskId\":[\"bsm-abc123\"]}"));
    client.call(newDisk("pvc-1_uk8s-a", type, DiskTerms.PLAIN, Optional.empty()));
    assertThat(sent("CreateUDisk"))
        .containsOnly(
            Map.entry("Zone", ZONE),
            Map.entry("Size", 20),
            Map.entry("Name", "pvc-1_uk8s-a"),
            Map.entry("ChargeType", "Dynamic"),
            Map.entry("DiskType", apiName));
  }

  @Test
  void createUDiskSendsEveryTermThatWasChosen() {
    api.otherwise(json("{\"RetCode\":0,\"UDiskId\":[\"bsm-abc123\"]}"));
    DiskTerms terms = new DiskTerms(ChargeType.MONTH, 3, Optional.of("team-a"), true, true);
    client.call(newDisk("n", DiskType.RSSD, terms, Optional.of("cmk-1")));
    assertThat(sent("CreateUDisk"))
        .containsAllEntriesOf(
            Map.of(
                "ChargeType", "Month",
                "Quantity", 3,
                "Tag", "team-a",
                "UDataArkMode", "Yes",
                "SnapshotService", "Yes",
                "UKmsMode", "Yes",
                "CmkId", "cmk-1"));
  }

  private static CreateUDisk newDisk(
      String name, DiskType type, DiskTerms terms, Optional<String> cmkId) {
    return new CreateUDisk(ZONE, DiskSize.ofGib(20), name, type, terms, cmkId, Optional.empty());
  }

  @Test
  void attachUDiskAlwaysRefusesASecondHost() {
    client.call(new AttachUDisk(ZONE, "bsm-abc123", "uhost-xyz", false));
    assertThat(sent("AttachUDisk"))
        .containsOnly(
            Map.entry("Zone", ZONE),
            Map.entry("UDiskId", "bsm-abc123"),
            Map.entry("HostId", "uhost-xyz"),
            Map.entry("MultiAttach", "No"));
  }

  @Test
  void anRssdDiskCanBeMadeInARdmaCluster() {
    api.otherwise(json("{\"RetCode\":0,\"UDiskId\":[\"bsm-1\"]}"));
    client.call(
        new CreateUDisk(
            ZONE,
            DiskSize.ofGib(20),
            "n",
            DiskType.RSSD,
            DiskTerms.PLAIN,
            Optional.empty(),
            Optional.of("9002_25GE")));
    assertThat(sent("CreateUDisk")).contains(Map.entry("RdmaClusterId", "9002_25GE"));
  }

  @Test
  void aDiskCanBeAttachedAcrossRdmaClusters() {
    client.call(new AttachUDisk(ZONE, "bsm-abc123", "uhost-xyz", true));
    assertThat(sent("AttachUDisk")).contains(Map.entry("EnableCrossPodAttach", "Yes"));
  }

  @Test
  void aDiskTellsItsRdmaCluster() {
    UDisk disk = described(DISK.replace("\"RdmaClusterId\":\"\"", "\"RdmaClusterId\":\"9002\""));
    assertThat(disk.rdmaCluster()).hasValue("9002");
  }

  @Test
  void detachUDiskNamesTheHost() {
    client.call(new DetachUDisk(ZONE, "bsm-abc123", "uhost-xyz"));
    assertThat(sent("DetachUDisk"))
        .containsOnly(
            Map.entry("Zone", ZONE),
            Map.entry("UDiskId", "bsm-abc123"),
            Map.entry("HostId", "uhost-xyz"));
  }

  @Test
  void deleteUDiskNamesTheZone() {
    client.call(new DeleteUDisk(ZONE, "bsm-abc123"));
    assertThat(sent("DeleteUDisk"))
        .containsOnly(Map.entry("Zone", ZONE), Map.entry("UDiskId", "bsm-abc123"));
  }

  @Test
  void growthIsOrderedWhereTheDiskIs() {
    DiskSize size = DiskSize.ofGib(40);
    client.call(new ResizeUDisk(ZONE, "bsm-abc123", size));
    assertThat(sent("ResizeUDisk"))
        .containsOnly(
            Map.entry("Zone", ZONE), Map.entry("UDiskId", "bsm-abc123"), Map.entry("Size", 40));
    api.received.clear();
    client.call(new ResizePHostAttachedDisk(ZONE, "upm-xyz", "bsm-abc123", size));
    assertThat(sent("ResizePHostAttachedDisk"))
        .containsOnly(
            Map.entry("Zone", ZONE),
            Map.entry("PHostId", "upm-xyz"),
            Map.entry("UDiskId", "bsm-abc123"),
            Map.entry("DiskSpace", 40));
  }

  @ParameterizedTest
  @CsvSource({
    "true, '{\"RetCode\":0,\"DiskId\":\"bsm-abc123\",\"NeedRestart\":true}', true",
    "true, '{\"RetCode\":0,\"NeedRestart\":\"True\"}', true",
    "false, '{\"RetCode\":0,\"NeedRestart\":false}', false",
    "false, '{\"RetCode\":0}', false"
  })
  void growthOnAUHostTellsWhetherItMustRestart(boolean dryRun, String answer, boolean restart) {
    api.otherwise(json(answer));
    ResizeAttachedDisk action =
        new ResizeAttachedDisk(ZONE, "uhost-xyz", "bsm-abc123", DiskSize.ofGib(40), dryRun);
    assertThat(client.call(action)).isEqualTo(restart);
    assertThat(action.isRead()).isEqualTo(dryRun);
    assertThat(sent("ResizeAttachedDisk"))
        .containsOnly(
            Map.entry("Zone", ZONE),
            Map.entry("UHostId", "uhost-xyz"),
            Map.entry("DiskId", "bsm-abc123"),
            Map.entry("DiskSpace", 40),
            Map.entry("DryRun", dryRun));
  }

  @Test
  void copiesNameTheirSourceAndAlwaysSendChargeType() {
    api.otherwise(json("{\"RetCode\":0,\"UDiskId\":\"bsm-new\"}"));
    DiskSize size = DiskSize.ofGib(20);
    assertThat(client.call(new CloneUDisk(ZONE, "bsm-abc123", size, "n", DiskTerms.PLAIN)))
        .isEqualTo(new VolumeId("bsm-new"));
    Map<String, Object> expected =
        Map.of("Zone", ZONE, "Size", 20, "Name", "n", "ChargeType", "Dynamic");
    assertThat(sent("CloneUDisk"))
        .containsAllEntriesOf(expected)
        .containsEntry("SourceId", "bsm-abc123")
        .hasSize(5);
    api.received.clear();
    client.call(new CloneUDiskSnapshot(ZONE, "bsSnap-1", size, "n", DiskTerms.PLAIN));
    assertThat(sent("CloneUDiskSnapshot"))
        .containsAllEntriesOf(expected)
        .containsEntry("SourceId", "bsSnap-1")
        .hasSize(5);
  }

  @Test
  void aSnapshotIsTakenAndReadInEveryShape() {
    api.otherwise(json("{\"RetCode\":0,\"SnapshotId\":[\"bsSnap-1\"]}"));
    assertThat(client.call(new CreateUDiskSnapshot(ZONE, "bsm-abc123", "s")))
        .isEqualTo(new SnapshotId("bsSnap-1"));
    assertThat(sent("CreateUDiskSnapshot"))
        .containsOnly(
            Map.entry("Zone", ZONE), Map.entry("UDiskId", "bsm-abc123"), Map.entry("Name", "s"));
  }

  @Test
  void deletingASnapshotNeverNamesTheDisk() {
    client.call(new DeleteUDiskSnapshot(ZONE, "bsSnap-1"));
    assertThat(sent("DeleteUDiskSnapshot"))
        .containsOnly(Map.entry("Zone", ZONE), Map.entry("SnapshotId", "bsSnap-1"));
  }

  @Test
  void snapshotsAreReadFromTheDocumentedSample() {
    api.otherwise(
        json(
            """
            {"Action":"DescribeUDiskSnapshotResponse","RetCode":0,"TotalCount":1,"DataSet":[
             {"Zone":"cn-bj2-05","SnapshotId":"bsSnap-abc","Name":"snapshot-1",
              "UDiskId":"bsm-abc123","UDiskName":"pvc-1","CreateTime":1402039500,"Size":"20",
              "Status":"Normal","DiskType":2,"Comment":"csi","IsUDiskAvailable":true,
              "Version":"1.0","UHostId":""}]}\
            """));
    UDiskSnapshot expected =
        new UDiskSnapshot(
            "bsSnap-abc",
            "snapshot-1",
            ZONE,
            "bsm-abc123",
            DiskSize.ofGib(20),
            UDiskSnapshot.Status.NORMAL,
            Optional.of(DiskType.SSD),
            1402039500L);
    assertThat(client.call(DescribeUDiskSnapshot.ofDisk(ZONE, "bsm-abc123", 0)))
        .isEqualTo(new Page<>(List.of(expected), 1));
    assertThat(sent("DescribeUDiskSnapshot"))
        .containsOnly(
            Map.entry("Zone", ZONE),
            Map.entry("UDiskId", "bsm-abc123"),
            Map.entry("Offset", 0),
            Map.entry("Limit", 100));
    api.received.clear();
    client.call(DescribeUDiskSnapshot.byId("bsSnap-abc"));
    assertThat(sent("DescribeUDiskSnapshot"))
        .containsOnly(
            Map.entry("SnapshotId", "bsSnap-abc"), Map.entry("Offset", 0), Map.entry("Limit", 100));
  }

  @Test
  void describeUDiskAsksForOneId() {
    client.call(DescribeUDisk.byId("bsm-abc123"));
    assertThat(sent("DescribeUDisk"))
        .containsOnly(
            Map.entry("UDiskId", "bsm-abc123"),
            Map.entry("Offset", 0),
            Map.entry("Limit", 100),
            Map.entry("IgnoreUBillInfo", "Yes"),
            Map.entry("IgnoreBackupMode", "Yes"));
  }

  @Test
  void describeUDiskAsksForAPageOfAName() {
    client.call(DescribeUDisk.byName("数据盘", 100));
    assertThat(sent("DescribeUDisk"))
        .containsOnly(
            Map.entry("UDiskName", "数据盘"),
            Map.entry("Offset", 100),
            Map.entry("Limit", 100),
            Map.entry("IgnoreUBillInfo", "Yes"),
            Map.entry("IgnoreBackupMode", "Yes"));
  }

  @Test
  void hostsAreAskedForOneByOneInAFlattenedArray() {
    client.call(new DescribeUHostInstance(List.of("uhost-xyz")));
    assertThat(sent("DescribeUHostInstance"))
        .containsOnly(Map.entry("UHostIds.0", "uhost-xyz"), Map.entry("Limit", 1));
    api.received.clear();
    client.call(new DescribePHost(List.of("upm-xyz")));
    assertThat(sent("DescribePHost"))
        .containsOnly(Map.entry("PHostId.0", "upm-xyz"), Map.entry("Limit", 1));
  }

  /** The parameters of the only request, without those that every request has. */
  private Map<String, Object> sent(String action) {
    assertThat(api.received).hasSize(1);
    FakeUCloudApi.Received request = api.received.getFirst();
    assertThat(request.action()).isEqualTo(action);
    Map<String, Object> own = new TreeMap<>(request.parameters());
    for (String common : new String[] {"Action", "Region", "PublicKey", "Signature"}) {
      assertThat(own.remove(common)).isNotNull();
    }
    return own;
  }

  @Test
  void labelsAreSentAsListsOfKeysAndValues() {
    List<Label> labels = List.of(new Label("team", "db"), new Label("app", "shop"));
    client.call(new BindLabels("bsm-1", labels));
    Map<String, Object> pairs =
        Map.of(
            "Labels.0.Key", "team",
            "Labels.0.Value", "db",
            "Labels.1.Key", "app",
            "Labels.1.Value", "shop");
    Map<String, Object> onDisk = new TreeMap<>(pairs);
    onDisk.put("ResourceIds.0", "bsm-1");
    assertThat(sent("BindLabels")).isEqualTo(onDisk);
    api.received.clear();
    client.call(new UnbindLabels("bsm-1", labels));
    assertThat(sent("UnbindLabels")).isEqualTo(onDisk);
    api.received.clear();
    client.call(new CreateLabels(labels));
    assertThat(sent("CreateLabels")).isEqualTo(pairs);
  }

  @Test
  void labelsAreAskedForAHundredAtATime() {
    client.call(new ListLabelsByResourceIds(List.of("bsm-1", "bsm-2"), 100));
    assertThat(sent("ListLabelsByResourceIds"))
        .containsOnly(
            Map.entry("ResourceIds.0", "bsm-1"),
            Map.entry("ResourceIds.1", "bsm-2"),
            Map.entry("Offset", 100),
            Map.entry("Limit", 100));
  }

  // What is read.

  @Test
  void labelsAreReadFromTheDocumentedSample() {
    api.otherwise(
        json(
            """
            {"Action":"ListLabelsByResourceIdsResponse","RetCode":0,"TotalCount":5,
             "Labels":[{"Category":"custom","Key":"team","ResourceId":"bsm-1","Value":"db"},
                       {"Category":"system","Key":"order","ResourceId":"bsm-1","Value":""}]}\
            """));
    Page<Bound> page = client.call(new ListLabelsByResourceIds(List.of("bsm-1"), 0));
    assertThat(page.items())
        .containsExactly(
            new Bound("bsm-1", new Label("team", "db")),
            new Bound("bsm-1", new Label("order", "")));
    assertThat(page.totalCount()).isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"Action\":\"CreateUDiskResponse\",\"RetCode\":0,\"UDiskId\":[\"bsm-abc123\"]}",
        "{\"RetCode\":\"0\",\"UDiskId\":\"bsm-abc123\"}",
        "{\"RetCode\":\" 0 \",\"UDiskId\":[\" bsm-abc123 \"],\"New\":{\"field\":[1]}}"
      })
  void theIdOfANewDiskIsReadInEveryShape(String answer) {
    api.otherwise(json(answer));
    assertThat(client.call(newDisk("n", DiskType.SSD, DiskTerms.PLAIN, Optional.empty())))
        .isEqualTo(new VolumeId("bsm-abc123"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"Action\":\"AttachUDiskResponse\",\"RetCode\":0,\"UDiskId\":\"bsm-abc123\","
            + "\"HostId\":\"uhost-xyz\",\"UHostId\":\"uhost-xyz\",\"DeviceName\":\"vdb\"}",
        "{\"RetCode\":\"0\"}"
      })
  void attachDetachAndDeleteReadNothing(String answer) {
    api.otherwise(json(answer));
    assertThat(client.call(new AttachUDisk(ZONE, "bsm-abc123", "uhost-xyz", false)))
        .isEqualTo(Done.DONE);
    assertThat(client.call(new DetachUDisk(ZONE, "bsm-abc123", "uhost-xyz"))).isEqualTo(Done.DONE);
    assertThat(client.call(new DeleteUDisk(ZONE, "bsm-abc123"))).isEqualTo(Done.DONE);
  }

  @Test
  void aDiskIsReadFromTheDocumentedSample() {
    assertThat(described(DISK))
        .isEqualTo(
            new UDisk(
                "bsm-abc123",
                "pvc-1_uk8s-a",
                ZONE,
                DiskSize.ofGib(20),
                UDiskStatus.INUSE,
                Optional.of(DiskType.SSD),
                Optional.of("uhost-xyz"),
                Optional.of("10.9.0.7"),
                Optional.of(new DeviceName("vdb")),
                false,
                1492529621L,
                Optional.empty(),
                Standing.GOOD));
  }

  @Test
  void onlyADiskByTheMonthOrYearHasAnEnd() {
    assertThat(described(DISK.replace("Dynamic", "Month")).standing().paidUntil())
        .contains(Instant.ofEpochSecond(1509706800));
    assertThat(described(DISK.replace("Dynamic", "Year")).standing().paidUntil()).isPresent();
    assertThat(described(DISK.replace("Dynamic", "Postpay")).standing()).isEqualTo(Standing.GOOD);
    assertThat(described(DISK.replace("Dynamic", "Month").replace("1509706800", "null")).standing())
        .isEqualTo(Standing.GOOD);
    assertThat(
            described(DISK.replace("Dynamic", "Month").replace("1509706800", "\"soon\""))
                .standing())
        .isEqualTo(Standing.GOOD);
  }

  @Test
  void anUnpaidDiskIsExpiredHoweverItIsPaidFor() {
    String unpaid = DISK.replace("\"IsExpire\":\"No\"", "\"IsExpire\":\"Yes\"");
    assertThat(described(unpaid).standing().isExpired()).isTrue();
    assertThat(described(unpaid.replace("Dynamic", "Year")).standing().isExpired()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"Enabled,", "NoCmkId,", "Disabled,Disabled", "Deleted,Deleted", "'',", "new,"})
  void aKeyThatCannotBeUsedIsAProblem(String status, String problem) {
    String disk = DISK.replace("{\"Zone\"", "{\"CmkIdStatus\":\"" + status + "\",\"Zone\"");
    assertThat(described(disk).standing().keyProblem()).isEqualTo(Optional.ofNullable(problem));
  }

  @Test
  void numbersMayBeTextAndNamesMayBePaths() {
    UDisk disk =
        described(
            DISK.replace("\"Size\":20", "\"Size\":\"20\"")
                .replace("1492529621", "\"1492529621\"")
                .replace("\"vdb\"", "\" /dev/VDB \""));
    assertThat(disk.size()).isEqualTo(DiskSize.ofGib(20));
    assertThat(disk.createTime()).isEqualTo(1492529621L);
    assertThat(disk.deviceName()).hasValue(new DeviceName("vdb"));
  }

  @Test
  void emptyMeansNone() {
    UDisk disk =
        described(
            DISK.replace("\"uhost-xyz\"", "\"\"")
                .replace("\"vdb\"", "null")
                .replace("\"CreateTime\":1492529621,", ""));
    assertThat(disk.hostId()).isEmpty();
    assertThat(disk.isOn("")).isFalse();
    assertThat(disk.deviceName()).isEmpty();
    assertThat(disk.createTime()).isZero();
  }

  @Test
  void theDeprecatedHostFieldServesWhereTheNewOneIsAbsent() {
    UDisk disk = described(DISK.replace("\"HostId\":\"uhost-xyz\",\"U", "\"U"));
    assertThat(disk.isOn("uhost-xyz")).isTrue();
  }

  @Test
  void aNameThatIsNoLetterDoesNotMakeADiskUnreadable() {
    UDisk disk = described(DISK.replace("vdb", "nvme1n1").replace("uhost-xyz", "upm-xyz"));
    assertThat(disk.deviceName()).isEmpty();
    assertThat(disk.isOn("upm-xyz")).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "DataDisk, SATA",
    "CLOUD_NORMAL, SATA",
    "SSDDataDisk, SSD",
    "CLOUD_SSD, SSD",
    "RSSDDataDisk, RSSD",
    "CLOUD_RSSD, RSSD",
    "ESSDDataDisk, ESSD",
    "CLOUD_ESSD, ESSD"
  })
  void typesAreReadInBothProtocolVersions(String apiName, DiskType type) {
    assertThat(described(DISK.replace("SSDDataDisk", apiName)).type()).hasValue(type);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ERSSDDataDisk", "EfficiencyDataDisk", "CLOUD_ERSSD", ""})
  void aTypeThatIsNeverMadeIsNone(String apiName) {
    assertThat(described(DISK.replace("SSDDataDisk", apiName)).type()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"IsBoot\":\"True\"", "\"IsBoot\":true", "\"IsBoot\":\"true\""})
  void aSystemDiskIsKnownByItsFlag(String flag) {
    assertThat(described(DISK.replace("\"IsBoot\":\"False\"", flag)).isSystemDisk()).isTrue();
  }

  @Test
  void aSystemDiskIsKnownByItsType() {
    assertThat(described(DISK.replace("SSDDataDisk", "SSDSystemDisk")).isSystemDisk()).isTrue();
    assertThat(described(DISK).isSystemDisk()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "Available, AVAILABLE",
    "Attaching, ATTACHING",
    "InUse, INUSE",
    "Detaching, DETACHING",
    "Initializating, INITIALIZATING",
    "Initializing, INITIALIZING",
    "Failed, FAILED",
    "Cloning, CLONING",
    "Restoring, RESTORING",
    "RestoreFailed, RESTOREFAILED",
    "Resizing, UNKNOWN"
  })
  void everyStatusIsKnownAndANewOneIsUnknown(String text, UDiskStatus status) {
    assertThat(described(DISK.replace("InUse", text)).status()).isEqualTo(status);
  }

  @Test
  void aPageTellsHowManyThereAreInAll() {
    api.otherwise(
        json("{\"RetCode\":0,\"TotalCount\":\"250\",\"DataSet\":[" + DISK + "," + DISK + "]}"));
    Page<UDisk> page = client.call(DescribeUDisk.byName("n", 0));
    assertThat(page.items()).hasSize(2);
    assertThat(page.totalCount()).isEqualTo(250);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"RetCode\":0,\"TotalCount\":0,\"DataSet\":[]}",
        "{\"RetCode\":0,\"DataSet\":null}",
        "{\"RetCode\":0}"
      })
  void noDisksIsAnAnswer(String answer) {
    api.otherwise(json(answer));
    assertThat(client.call(DescribeUDisk.byId("bsm-1"))).isEqualTo(new Page<UDisk>(List.of(), 0));
  }

  /** The second of three disks; the others are as good as ever. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "\"UDiskId\":\"bsm-abc123\" | \"x\":1               | has no UDiskId",
        "\"Zone\":\"cn-bj2-05\"     | \"x\":1               | has no Zone",
        "\"Zone\":\"cn-bj2-05\"     | \"Zone\":\"\"           | has no Zone",
        "\"Zone\":\"cn-bj2-05\"     | \"Zone\":null         | has no Zone",
        "\"Status\":\"InUse\"       | \"Status\":\" \"        | has no Status",
        "\"Status\":\"InUse\"       | \"Status\":{}         | has no Status",
        "\"Size\":20              | \"Size\":null         | has no Size",
        "\"Size\":20              | \"Size\":0            | has Size \"0\"",
        "\"Size\":20              | \"Size\":-1           | has Size \"-1\"",
        "\"Size\":20              | \"Size\":\"20GB\"       | has Size \"20GB\"",
        "\"Size\":20              | \"Size\":99999999999  | has Size \"99999999999\"",
        "\"Size\":20              | \"Size\":1.5          | has Size \"1.5\"",
        "\"HostId\":\"uhost-xyz\"   | \"HostId\":\"uhost xyz\" | has no id in HostId"
      })
  void oneDiskThatCannotBeReadSpoilsNoOther(String field, String odd, String problem) {
    assertThat(DISK).contains(field);
    Page<UDisk> page = page(DISK, DISK.replace(field, odd), DISK);
    assertThat(page.items()).hasSize(2);
    assertThat(page.size()).isEqualTo(3);
    OddRecord record = page.odd().getFirst();
    assertThat(record.problem()).isEqualTo(problem);
    assertThat(record.mayBe("bsm-abc123")).isTrue();
    assertThat(record.mayBeNamed("pvc-1_uk8s-a")).isTrue();
    assertThat(record.mayBeNamed("pvc-2_uk8s-a")).isFalse();
  }

  @Test
  void anIdThatIsNoneIsThatOfNoOtherDisk() {
    Page<UDisk> page = page(DISK, DISK.replace("bsm-abc123", "../a b"));
    assertThat(page.odd())
        .singleElement()
        .returns("has no id in UDiskId", OddRecord::problem)
        .matches(odd -> !odd.mayBe("bsm-1"));
  }

  @Test
  void aRecordThatIsNoObjectMayBeAnyDisk() {
    for (String nothing : new String[] {"null", "7", "[]", "{}"}) {
      Page<UDisk> page = page(DISK, nothing);
      assertThat(page.items()).hasSize(1);
      assertThat(page.odd()).singleElement().matches(odd -> odd.mayBe("bsm-1"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"2024-01-01\"", "-5", "0", "null", "1e30", "99999999999999999"})
  void aTimeThatIsNoneIsNotKnown(String time) {
    assertThat(described(DISK.replace("1492529621", time)).createTime()).isZero();
  }

  @Test
  void oneSnapshotOrHostThatCannotBeReadSpoilsNoOther() {
    api.otherwise(
        json(
            """
            {"RetCode":0,"TotalCount":2,"DataSet":[
             {"Zone":"z","SnapshotId":"s-1","UDiskId":"d-1","Size":0,"Status":"Normal"},
             {"Zone":"z","SnapshotId":"s-2","UDiskId":"d-2","Size":"20","Status":"Normal"}],
             "UHostSet":[{"UHostId":"uhost-1","Zone":""},{"UHostId":"uhost-2","Zone":"z"},
              {"UHostId":"uhost-3","Zone":null}]}\
            """));
    Page<UDiskSnapshot> snapshots = client.call(DescribeUDiskSnapshot.all(0));
    assertThat(snapshots.items()).extracting(UDiskSnapshot::id).containsExactly("s-2");
    assertThat(snapshots.odd())
        .singleElement()
        .matches(odd -> odd.mayBeOf("d-1") && !odd.mayBeOf("d-2"));
    Page<Host> hosts =
        client.call(new DescribeUHostInstance(List.of("uhost-1", "uhost-2", "uhost-4")));
    assertThat(hosts.items()).extracting(Host::id).containsExactly("uhost-2");
    assertThat(hosts.odd()).extracting(OddRecord::id).containsExactly(Optional.of("uhost-1"));
  }

  private Page<UDisk> page(String... disks) {
    api.otherwise(json("{\"RetCode\":0,\"DataSet\":[" + String.join(",", disks) + "]}"));
    return client.call(DescribeUDisk.all(0));
  }

  private UDisk described(String disk) {
    api.otherwise(json("{\"RetCode\":0,\"TotalCount\":1,\"DataSet\":[" + disk + "]}"));
    return client.call(DescribeUDisk.byId("bsm-abc123")).items().getFirst();
  }

  @Test
  void aHostIsReadFromTheDocumentedSample() {
    api.otherwise(
        json(
            """
            {"Action":"DescribeUHostInstanceResponse","RetCode":0,"TotalCount":1,"UHostSet":[
             {"UHostId":"uhost-xyz","Zone":"cn-bj2-05","State":"Running","MachineType":"O",
              "RdmaClusterId":"9002_25GE_D_R006",
              "IPSet":[{"IPMode":"IPv4","Default":"true","Type":"Private","IP":"10.9.184.108"}],
              "DiskSet":[{"DiskId":"bsi-a","DiskType":"CLOUD_RSSD","IsBoot":"True","Drive":"vda",
                          "Size":40}]}]}\
            """));
    assertThat(client.call(new DescribeUHostInstance(List.of("uhost-xyz"))).items())
        .containsExactly(
            new Host(
                "uhost-xyz",
                ZONE,
                Optional.of("9002_25GE_D_R006"),
                List.of("10.9.184.108"),
                List.of(),
                Optional.of("Running")));
    assertThat(client.call(new DescribeUHostInstance(List.of("uhost-other"))).size()).isZero();
  }

  @Test
  void theDataDisksOfAHostAreReadWithoutItsSystemDiskAndItsLocalOnes() {
    api.otherwise(
        json(
            """
            {"RetCode":0,"UHostSet":[{"UHostId":"uhost-xyz","Zone":"cn-bj2-05","DiskSet":[
              {"DiskId":"bsi-a","DiskType":"CLOUD_RSSD","IsBoot":"True"},
              {"DiskId":"ld-b","DiskType":"LOCAL_NORMAL","IsBoot":"False"},
              {"DiskType":"CLOUD_SSD","IsBoot":"False"},
              {"DiskId":"bsm-c","DiskType":"CLOUD_SSD","IsBoot":"False"},
              {"DiskId":"bsm-d"}]}]}\
            """));
    assertThat(client.call(new DescribeUHostInstance(List.of("uhost-xyz"))).items())
        .singleElement()
        .satisfies(host -> assertThat(host.dataDisks()).containsExactly("bsm-c", "bsm-d"));
  }

  @Test
  void aBareMetalHostIsRead() {
    api.otherwise(
        json("{\"RetCode\":0,\"PHostSet\":[{\"PHostId\":\"upm-xyz\",\"Zone\":\"cn-bj2-05\"}]}"));
    assertThat(client.call(new DescribePHost(List.of("upm-xyz"))).items())
        .containsExactly(new Host("upm-xyz", ZONE));
  }

  @Test
  void aMissingHostIsEmptyAndNotARefusal() {
    api.otherwise(json("{\"RetCode\":0,\"TotalCount\":0,\"UHostSet\":[],\"PHostSet\":[]}"));
    assertThat(client.call(new DescribeUHostInstance(List.of("uhost-xyz"))).size()).isZero();
    assertThat(client.call(new DescribePHost(List.of("upm-xyz"))).size()).isZero();
  }
}
