package cn.ucloud.csi.udisk.node.info;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.DeviceName;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.Topology;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.node.device.AttachedDisks;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MetadataNodeInfoTest {
  private HttpServer server;
  private URI base;
  private volatile int status = 200;
  private volatile String document = "";

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/meta-data/v1.json",
        exchange -> {
          byte[] body = document.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    base = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private NodeInfo read(String json) {
    document = json;
    return new MetadataNodeInfo(base, true).read();
  }

  @Test
  void virtualHostIsReadWithItsDisks() {
    NodeInfo info =
        read(
            """
            {"availability-zone":"hk-02","instance-id":"uhost-hhqeihh5","region":"hk","new":[1],
             "uhost":{"uhost-id":"uhost-hhqeihh5","zone":"hk-02","region":"hk",
              "network-interfaces":[{"ips":[{"ip-address":"10.8.134.210","type":"Private"},
                                            {"ip-address":"106.75.0.1","type":"International"}]}],
              "disks":[{"disk-id":"bsi-ifmi12","drive":"vda","is-boot":true,"size":20},
                       {"disk-id":"bsm-data","drive":"/dev/vdb","name":"by hand"},
                       {"drive":"sda"}, {"disk-id":"bsm-odd","drive":"nvme0"}]}}
            """);
    assertThat(info.id()).isEqualTo(new NodeId("uhost-hhqeihh5"));
    assertThat(info.topology()).isEqualTo(new Topology("hk", "hk-02"));
    assertThat(info.addresses()).containsExactly("10.8.134.210");
    assertThat(info.disks())
        .containsExactly(
            new NodeDisk(new VolumeId("bsi-ifmi12"), Optional.of(new DeviceName("vda")), true, ""),
            new NodeDisk(
                new VolumeId("bsm-data"), Optional.of(new DeviceName("vdb")), false, "by hand"),
            new NodeDisk(new VolumeId("bsm-odd"), Optional.empty(), false, ""));
    AttachedDisks attached = info.attached();
    assertThat(attached.findLetter(new VolumeId("bsm-data"))).contains(new DeviceName("vdb"));
    assertThat(attached.findLetter(new VolumeId("bsm-odd"))).isEmpty();
    assertThat(attached.lists(new VolumeId("bsm-odd"))).isTrue();
    assertThat(attached.lists(new VolumeId("bsm-other"))).isFalse();
  }

  /** Else the node gets the label "null", which kubelet later refuses to change. */
  @Test
  void nullIsAbsentInEveryField() {
    NodeInfo info =
        read(
            """
            {"availability-zone":"hk-02","instance-id":"uhost-a","region":"hk",
             "uhost":{"uhost-id":null,"zone":null,"region":null,"machine-type":null,
              "network-interfaces":[null,{"ips":[null,{"ip-address":null,"type":"Private"}]}],
              "disks":[null,{"disk-id":null,"drive":"vdb"},
                       {"disk-id":"bsm-data","drive":null,"is-boot":null,"name":null}]}}
            """);
    assertThat(info.id()).isEqualTo(new NodeId("uhost-a"));
    assertThat(info.topology()).isEqualTo(new Topology("hk", "hk-02"));
    assertThat(info.addresses()).isEmpty();
    assertThat(info.disks())
        .containsExactly(new NodeDisk(new VolumeId("bsm-data"), Optional.empty(), false, ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "\"\"", "\" \"", "{}", "[]"})
  void zoneThatIsNotToldAnywhereIsNoZone(String zone) {
    assertThatThrownBy(() ->
            read(
                """
                {"uhost":{"uhost-id":"uhost-a","region":"hk","zone":%s},
                 "availability-zone":%s}
                """
                    .formatted(zone, zone)))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("does not name a zone");
  }

  @Test
  void numbersAndTextsAreTheSame() {
    NodeInfo info = read("{\"uhost\":{\"uhost-id\":\" 17 \",\"region\":7,\"zone\":1.50}}");
    assertThat(info.id()).isEqualTo(new NodeId("17"));
    assertThat(info.topology()).isEqualTo(new Topology("7", "1.50"));
  }

  @Test
  void hostThatIsNullIsNoHost() {
    NodeInfo info =
        read(
            """
            {"uhost":null,"uphost":{"phost-id":"uphost-abc","zone":"z","region":"r"}}
            """);
    assertThat(info.id()).isEqualTo(new NodeId("uphost-abc"));
  }

  @Test
  void answerOfManyMegabytesIsNotKept() {
    String padding = " ".repeat(20 << 20);
    assertThatThrownBy(() ->
            read("{\"instance-id\":\"uhost-a\",\"region\":\"r\"," + padding + "\"zone\":\"z\"}"))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("more than 1048576 bytes");
  }

  @Test
  void bareMetalIsReadAndListsNoLetters() {
    NodeInfo info =
        read(
            """
            {"uphost":{"phost-id":"uphost-abc","zone":"cn-bj2-04","region":"cn-bj2",
              "disks":[{"name":"sda","type":"SSD","space":480}]}}
            """);
    assertThat(info.id().isBareMetal()).isTrue();
    assertThat(info.topology()).isEqualTo(new Topology("cn-bj2", "cn-bj2-04", true));
    assertThat(info.disks()).isEmpty();
    assertThat(info.attached().areUnknown()).isTrue();
  }

  @Test
  void fieldsAtTheTopAreTheFallback() {
    NodeInfo info =
        read("{\"instance-id\":\"uhost-a\",\"region\":\"hk\",\"availability-zone\":\"hk-02\"}");
    assertThat(info.id()).isEqualTo(new NodeId("uhost-a"));
    assertThat(info.topology().zone()).isEqualTo("hk-02");
  }

  @Test
  void anythingUnusableIsUnavailable() {
    for (String text : new String[] {"", "not json", "[]", "{}", "{\"instance-id\":\"uhost-a\"}"}) {
      assertThatThrownBy(() -> read(text)).as(text).isInstanceOf(Unavailable.class);
    }
    status = 503;
    assertThatThrownBy(() -> read("{}"))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("503");
  }

  @Test
  void serverThatIsDownIsUnavailable() {
    server.stop(0);
    assertThatThrownBy(() -> new MetadataNodeInfo(base, true).read())
        .isInstanceOf(Unavailable.class);
  }

  @ParameterizedTest
  @CsvSource({"O, true", "OS, true", "OM, true", "OPRO, true", "N, false", "C, false", "'', false"})
  void fastFamilyTakesRssd(String machineType, boolean takes) {
    NodeInfo info =
        read(
            """
            {"uhost":{"uhost-id":"uhost-a","zone":"hk-02","region":"hk","machine-type":"%s"}}
            """
                .formatted(machineType));
    assertThat(info.topology().rssd()).isEqualTo(takes);
    assertThat(info.topology().segments().containsKey(Topology.RSSD_KEY)).isEqualTo(takes);
  }

  @Test
  void bareMetalTakesRssdOnlyIfPeopleSaySo() {
    document = "{\"uphost\":{\"phost-id\":\"upm-a\",\"zone\":\"z\",\"region\":\"r\"}}";
    assertThat(new MetadataNodeInfo(base, false).read().topology().segments())
        .isEqualTo(Map.of(Topology.REGION_KEY, "r", Topology.ZONE_KEY, "z"));
    assertThat(new MetadataNodeInfo(base, true).read().topology().segments())
        .containsEntry(Topology.RSSD_KEY, "true");
  }
}
