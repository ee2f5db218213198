package cn.ucloud.csi.udisk.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MountTableTest {

  @Test
  void escapedCharactersAndOptionalFieldsAreRead() {
    assertThat(
            MountTable.parse(
                "36 35 7:3 / /a\\040b rw,noatime shared:1 master:2 - ext4 /dev/vd\\134b rw"))
        .isEqualTo(
            new MountTable.Mount("7:3", "/", Path.of("/a b"), "rw,noatime", "ext4", "/dev/vd\\b"));
  }

  @Test
  void lineWithoutOptionalFieldsIsRead() {
    assertThat(MountTable.parse("22 1 0:21 / /proc rw - proc proc rw").fsType()).isEqualTo("proc");
  }
}
