package cn.ucloud.csi.udisk.it;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.it.ErrorTables.CallRow;
import csi.v1.NodeGrpc.NodeBlockingStub;
import csi.v1.NodePublishVolumeRequest;
import csi.v1.NodeStageVolumeRequest;
import csi.v1.NodeUnpublishVolumeRequest;
import csi.v1.NodeUnstageVolumeRequest;
import csi.v1.Volume;
import csi.v1.VolumeCapability.AccessMode.Mode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node process that is not root, and one on a host without xfsprogs: the rows of {@code
 * docs/errors.md}, and nothing half-made.
 */
class NodeLacksIT {
  private static final String NO_RIGHT = "the right to mount";
  private static final String NO_MKFS = "the program mkfs.xfs";
  private static final String NO_PERL = "the program perl";

  /** Another user, who may read every file, so that nothing but the mount is in the way. */
  private static final List<String> NOBODY =
      List.of(
          "setpriv",
          "--reuid=65534",
          "--regid=65534",
          "--clear-groups",
          "--inh-caps=+dac_read_search",
          "--ambient-caps=+dac_read_search");

  @TempDir(cleanup = CleanupMode.NEVER)
  private static Path temporary;

  private static SanityWorld world;
  private static Plugin nobody;
  private static Plugin withoutXfs;
  private static Plugin withoutPerl;
  private static int port;

  @BeforeAll
  static void start() throws IOException {
    world = new SanityWorld(temporary.toRealPath());
    Path own = Files.createDirectories(world.directory().resolve("nobody"));
    var _ = Shell.run("chown", "65534", own.toString());
    port = FreePort.take();
    Sandbox sandbox = world.cluster().sandbox();
    nobody =
        sandbox.startNode(
            NOBODY,
            "nobody/node",
            "uhost-a",
            Map.of("--http-listen", "127.0.0.1:" + port),
            Map.of());
    withoutXfs =
        sandbox.startNode(
            List.of(),
            "without-xfs",
            "uhost-a",
            Map.of(),
            Map.of("PATH", programsBut("mkfs.xfs").toString()));
    withoutPerl =
        sandbox.startNode(
            List.of(),
            "without-perl",
            "uhost-a",
            Map.of(),
            Map.of("PATH", programsBut("perl").toString()));
  }

  @AfterAll
  static void stop() {
    world.close();
  }

  /** All programs that this process would find, but one. */
  private static Path programsBut(String missing) throws IOException {
    Path links = Files.createDirectories(world.directory().resolve("programs-but-" + missing));
    for (String directory : System.getenv("PATH").split(":", -1)) {
      if (!Files.isDirectory(Path.of(directory))) {
        continue;
      }
      try (DirectoryStream<Path> programs = Files.newDirectoryStream(Path.of(directory))) {
        for (Path program : programs) {
          Path link = links.resolve(program.getFileName().toString());
          if (!program.endsWith(missing) && !Files.exists(link)) {
            Files.deleteIfExists(link);
            Files.createSymbolicLink(link, program);
          }
        }
      }
    }
    return links;
  }

  @Test
  void anotherUserIsToldAtTheStartAndOnTheReadyPage() throws Exception {
    String sentence =
        "this process may not mount, because it has no CAP_SYS_ADMIN; run it as root, in a"
            + " privileged container";
    assertThat(nobody.process().log().lines().filter(line -> line.contains(sentence))).hasSize(1);
    URI uri = URI.create("http://127.0.0.1:%d/readyz".formatted(port));
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> page =
          client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
      assertThat(page.body()).isEqualTo(sentence + "\n");
      assertThat(page.statusCode()).isEqualTo(500);
    }
  }

  @Test
  void whatIsLackingIsNamedAndNothingIsHalfMade() throws IOException {
    Map<String, Refusal> said = new HashMap<>(callsOfAnotherUser(AccessType.MOUNT));
    said.put(NO_MKFS + " NodeStageVolume", stageOn(withoutXfs, "without-xfs"));
    said.put(NO_PERL + " NodeStageVolume", stageOn(withoutPerl, "without-perl"));
    Map<String, CallRow> rows =
        ErrorTables.lacks().stream()
            .collect(Collectors.toMap(row -> row.situation() + " " + row.rpc(), row -> row));
    assertThat(said).containsOnlyKeys(rows.keySet());
    assertAsPromised(said, rows);
    assertAsPromised(callsOfAnotherUser(AccessType.BLOCK), rows);
  }

  private static void assertAsPromised(Map<String, Refusal> said, Map<String, CallRow> rows) {
    said.forEach((call, refusal) -> {
      CallRow row = requireNonNull(rows.get(call));
      assertThat(refusal.code().name()).as("%s: %s", call, refusal).isEqualTo(row.code());
      assertThat(refusal.sentence()).contains(row.names());
    });
  }

  /** First while nothing is there, then while the process that may mount has published it. */
  private static Map<String, Refusal> callsOfAnotherUser(AccessType type) throws IOException {
    Map<String, Refusal> said = new HashMap<>();
    try (SanityCalls calls = new SanityCalls(world, type)) {
      Volume volume = calls.create("lacking");
      Map<String, String> context = calls.attach(volume.getVolumeId());
      NodeStageVolumeRequest stage =
          calls
              .stageRequest(volume, context)
              .setStagingTargetPath(calls.staging().resolve("none").toString())
              .build();
      said.put("NodeStageVolume", refused(stub -> stub.nodeStageVolume(stage)));
      assertThat(calls.staging()).isEmptyDirectory();
      assertNothingWritten(volume);
      assertThat(world.cluster().mountPoints()).isEmpty();

      calls.stage(calls.stageRequest(volume, context));
      List<Path> staged = world.cluster().mountPoints();
      NodePublishVolumeRequest publish = calls.publishRequest(volume, context).build();
      said.put("NodePublishVolume", refused(stub -> stub.nodePublishVolume(publish)));
      if (type == AccessType.MOUNT) { // a raw disk has no mount to undo
        NodeUnstageVolumeRequest unstage =
            NodeUnstageVolumeRequest.newBuilder()
                .setVolumeId(volume.getVolumeId())
                .setStagingTargetPath(calls.staging().toString())
                .build();
        said.put("NodeUnstageVolume", refused(stub -> stub.nodeUnstageVolume(unstage)));
      }
      assertThat(calls.target()).doesNotExist();
      assertThat(world.cluster().mountPoints()).isEqualTo(staged);

      calls.publish(calls.publishRequest(volume, context));
      List<Path> published = world.cluster().mountPoints();
      NodeUnpublishVolumeRequest unpublish =
          NodeUnpublishVolumeRequest.newBuilder()
              .setVolumeId(volume.getVolumeId())
              .setTargetPath(calls.target().toString())
              .build();
      said.put("NodeUnpublishVolume", refused(stub -> stub.nodeUnpublishVolume(unpublish)));
      assertThat(world.cluster().mountPoints()).isEqualTo(published);
    }
    Map<String, Refusal> named = new HashMap<>();
    said.forEach((rpc, refusal) -> named.put(NO_RIGHT + " " + rpc, refusal));
    return named;
  }

  private static Refusal refused(Function<NodeBlockingStub, ?> rpc) {
    Supplier<?> call = () -> new NodeCalls(nobody.socket()).call(rpc);
    return Refusal.of(call);
  }

  private static Refusal stageOn(Plugin lacking, String name) throws IOException {
    try (SanityCalls calls = new SanityCalls(world, AccessType.MOUNT)) {
      Volume volume = calls.create(name);
      NodeStageVolumeRequest stage =
          calls
              .stageRequest(volume, calls.attach(volume.getVolumeId()))
              .setStagingTargetPath(calls.staging().resolve("none").toString())
              .setVolumeCapability(AccessType.filesystem(Mode.SINGLE_NODE_WRITER, "xfs"))
              .build();
      NodeCalls node = new NodeCalls(lacking.socket());
      Refusal refusal = Refusal.of(() -> node.call(stub -> stub.nodeStageVolume(stage)));
      assertThat(calls.staging()).isEmptyDirectory();
      assertNothingWritten(volume);
      assertThat(world.cluster().mountPoints()).isEmpty();
      return refusal;
    }
  }

  /** An image without a single block is as it was made. */
  private static void assertNothingWritten(Volume volume) {
    Path image = world.directory().resolve("region/disks/" + volume.getVolumeId() + ".img");
    assertThat(Shell.run("stat", "--format=%b", image.toString()).strip()).isEqualTo("0");
  }

  @Test
  void ext4GoesOnWithoutXfsprogs() throws IOException {
    try (SanityCalls calls = new SanityCalls(world, AccessType.MOUNT)) {
      Volume volume = calls.create("ext4-without-xfs");
      NodeStageVolumeRequest stage =
          calls
              .stageRequest(volume, calls.attach(volume.getVolumeId()))
              .setVolumeCapability(AccessType.filesystem(Mode.SINGLE_NODE_WRITER, "ext4"))
              .build();
      var _ = new NodeCalls(withoutXfs.socket()).call(stub -> stub.nodeStageVolume(stage));
      assertThat(world.cluster().mountPoints()).containsExactly(calls.staging());
      Files.writeString(calls.staging().resolve("note"), "kept");
    }
  }
}
