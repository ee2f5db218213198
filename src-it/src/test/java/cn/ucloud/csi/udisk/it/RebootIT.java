package cn.ucloud.csi.udisk.it;

import static cn.ucloud.csi.udisk.it.LoopCluster.NODE_A;
import static io.grpc.Status.Code.FAILED_PRECONDITION;
import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A host that starts again with a volume that pods had. */
class RebootIT {
  private static SanityWorld world;

  @BeforeAll
  static void start(@TempDir(cleanup = CleanupMode.NEVER) Path directory) throws IOException {
    world = new SanityWorld(directory.toRealPath());
  }

  @AfterAll
  static void stop() {
    world.close();
  }

  /** Mounts and {@code /run} are gone; kubelet's directories are left. */
  @ParameterizedTest
  @EnumSource(AccessType.class)
  void afterARebootTheVolumeIsStagedAgainAndNothingIsLost(AccessType type) throws Exception {
    byte[] note = "kept".getBytes(StandardCharsets.US_ASCII);
    LoopCluster cluster = world.cluster();
    try (SanityCalls calls = new SanityCalls(world, type)) {
      Volume volume = calls.create("rebooted");
      String id = volume.getVolumeId();
      Map<String, String> context = calls.attach(id);
      calls.stage(calls.stageRequest(volume, context));
      calls.publish(calls.publishRequest(volume, context));
      Path file = type == AccessType.MOUNT ? calls.target().resolve("note") : calls.target();
      try (FileChannel out =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        assertThat(out.write(ByteBuffer.wrap(note))).isEqualTo(note.length);
        out.force(true);
      }

      cluster.process(NODE_A).kill();
      for (Path mounted : cluster.mountPoints().reversed()) {
        var _ = Shell.run("umount", mounted.toString());
      }
      var _ = Shell.run("rm", "-r", cluster.stateDirectory(NODE_A).toString());
      cluster.restart(NODE_A);
      assertThat(calls.target()).exists();

      if (type == AccessType.MOUNT) { // a raw disk needs no mount to be found again
        Refusal early =
            Refusal.of(() ->
                calls.node(
                    stub -> stub.nodePublishVolume(calls.publishRequest(volume, context).build())));
        assertThat(early.code()).isEqualTo(FAILED_PRECONDITION);
      }
      Path old = calls.target();
      calls.unpublish(id, old);
      assertThat(old).doesNotExist();
      Files.createDirectories(old.getParent());

      calls.stage(calls.stageRequest(volume, context));
      calls.publish(calls.publishRequest(volume, context));
      try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
        ByteBuffer found = ByteBuffer.allocate(note.length);
        assertThat(in.read(found)).isEqualTo(note.length);
        assertThat(found.array()).isEqualTo(note);
      }
    }
  }
}
