package cn.ucloud.csi.udisk.simulator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig.HypervisorKind;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig.NameFilter;
import cn.ucloud.csi.udisk.simulator.model.HostSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigReaderTest {
  @TempDir Path directory;

  @Test
  void anEmptyFileLeavesEveryDefault() throws IOException {
    ConfigReader reader = new ConfigReader(directory);
    reader.lay(file(""));
    assertThat(reader.read()).isEqualTo(SimulatorConfig.defaults(directory));
    assertThat(reader.read().region()).isEqualTo("cn-bj2");
    assertThat(reader.read().zones()).containsExactly("cn-bj2-02", "cn-bj2-05");
  }

  @Test
  void everyKeyCanBeSet() throws IOException {
    ConfigReader reader = new ConfigReader(directory);
    reader.lay(
        file(
            """
            listen: 127.0.0.1:9999
            hypervisor: loop
            region: hk
            zones: [hk-02]
            projects: [org-a, org-b]
            nameFilter: contains
            keys: {publicKey: p, privateKey: q}
            hosts:
              - {id: uhost-a, zone: hk-02, rdma: r1, diskLimit: 3, oneAtATime: true}
            delays: {create: 1s, attach: 2s, detach: 3s, delete: 4s, resize: 5s, listingLag: 6s}
            limits: {disks: 5, requestsPerSecond: 2.5, mutationsPerSecond: 1.5}
            sts: {lifetime: 15m, roles: [R]}
            """));
    SimulatorConfig config = reader.read();
    assertThat(config.listen()).isEqualTo("127.0.0.1:9999");
    assertThat(config.hypervisor()).isEqualTo(HypervisorKind.LOOP);
    assertThat(config.region()).isEqualTo("hk");
    assertThat(config.zones()).containsExactly("hk-02");
    assertThat(config.projects()).containsExactly("org-a", "org-b");
    assertThat(config.nameFilter()).isEqualTo(NameFilter.CONTAINS);
    assertThat(config.keys().privateKey()).isEqualTo("q");
    assertThat(config.hosts())
        .containsExactly(
            HostSpec.of("uhost-a", "hk-02").withRdma("r1").withDiskLimit(3).withOneAtATime(true));
    assertThat(config.delays().attach()).isEqualTo(Duration.ofSeconds(2));
    assertThat(config.delays().listingLag()).isEqualTo(Duration.ofSeconds(6));
    assertThat(config.limits().disks()).isEqualTo(5);
    assertThat(config.limits().requestsPerSecond()).isEqualTo(2.5);
    assertThat(config.limits().mutationsPerSecond()).isEqualTo(1.5);
    assertThat(config.sts().lifetime()).isEqualTo(Duration.ofMinutes(15));
    assertThat(config.sts().roles()).containsExactly("R");
  }

  @Test
  void flagsLieOverTheFile() throws IOException {
    ConfigReader reader = new ConfigReader(directory);
    reader.lay(file("delays: {attach: 2s}"));
    reader.set("200ms", "delays", "attach");
    reader.addHost("id=upm-a,zone=cn-bj2-05,machine-type=O,disk-limit=4,need-restart=true");
    SimulatorConfig config = reader.read();
    assertThat(config.delays().attach()).isEqualTo(Duration.ofMillis(200));
    assertThat(config.hosts())
        .containsExactly(HostSpec.of("upm-a", "cn-bj2-05").withDiskLimit(4).withNeedRestart(true));
    assertThat(config.hosts().getFirst().isBareMetal()).isTrue();
  }

  @Test
  void whatNobodyKnowsIsAnError() throws IOException {
    ConfigReader reader = new ConfigReader(directory);
    reader.lay(file("delay: {attach: 2s}"));
    assertThatThrownBy(reader::read).hasMessageContaining("delay");
    ConfigReader other = new ConfigReader(directory);
    other.addHost("id=a,zone=b,colour=red");
    assertThatThrownBy(other::read).hasMessageContaining("colour");
    assertThatThrownBy(() -> other.addHost("a")).hasMessageContaining("key=value");
  }

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("config.yaml"), text);
  }
}
