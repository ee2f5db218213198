package cn.ucloud.csi.udisk.node.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HostPathTest {
  @TempDir Path temporary;
  private Path root;

  @BeforeEach
  void linkTheKubeletDirectory() throws IOException {
    root = temporary.toRealPath();
    Files.createDirectories(root.resolve("data/kubelet/pods"));
    Files.createSymbolicLink(root.resolve("kubelet"), root.resolve("data/kubelet"));
  }

  @Test
  void linksAboveAreResolved() {
    assertThat(HostPath.real(root.resolve("kubelet/pods")))
        .isEqualTo(root.resolve("data/kubelet/pods"));
  }

  @Test
  void pathsThatDoNotExistAreResolvedAsFarAsTheyDo() {
    assertThat(HostPath.real(root.resolve("kubelet/pods/x/y/mount")))
        .isEqualTo(root.resolve("data/kubelet/pods/x/y/mount"));
  }

  @Test
  void lastNameIsNotFollowed() {
    assertThat(HostPath.real(root.resolve("kubelet"))).isEqualTo(root.resolve("kubelet"));
    assertThatThrownBy(() -> HostPath.ensureDirectory(root.resolve("kubelet")))
        .isInstanceOf(PreconditionFailed.class);
  }

  @Test
  void topOfTheTreeStaysWhatItIs() {
    assertThat(HostPath.real(Path.of("/"))).isEqualTo(Path.of("/"));
    assertThat(HostPath.real(Path.of("/no-such-name"))).isEqualTo(Path.of("/no-such-name"));
  }
}
