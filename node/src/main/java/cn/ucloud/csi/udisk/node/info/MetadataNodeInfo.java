package cn.ucloud.csi.udisk.node.info;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.DeviceName;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.Topology;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads UCloud's metadata server (UHost guide, "metadata server").
 *
 * <p>Lenient: fields may be missing, of another type or new. A UHost has its part under {@code
 * uhost}, bare metal under {@code uphost} with other names and without disk ids.
 */
public final class MetadataNodeInfo implements NodeInfoSource {
  private static final String PATH = "/meta-data/v1.json";
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI document;
  private final HttpClient http;

  /** A source that asks the server at {@code base}, never through a proxy. */
  public MetadataNodeInfo(URI base) {
    this.document = URI.create(base.toString().replaceAll("/+$", "") + PATH);
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_LIMIT)
            .proxy(HttpClient.Builder.NO_PROXY)
            .build();
  }

  @Override
  public NodeInfo read() {
    return parse(fetch());
  }

  private String fetch() {
    HttpRequest request = HttpRequest.newBuilder(document).timeout(ANSWER_LIMIT).build();
    try {
      HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new Unavailable(
            "the metadata server answered " + answer.statusCode() + " for " + document);
      }
      return answer.body();
    } catch (IOException e) {
      throw new Unavailable("the metadata server did not answer, " + document + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Unavailable("asking the metadata server was interrupted", e);
    }
  }

  private NodeInfo parse(String text) {
    JsonNode root;
    try {
      root = JSON.readTree(text);
    } catch (IOException e) {
      throw new Unavailable("the metadata server did not answer with JSON, " + document, e);
    }
    JsonNode machine = root.has("uhost") ? root.path("uhost") : root.path("uphost");
    String id =
        first(
            "an instance id",
            machine.path("uhost-id"),
            machine.path("phost-id"),
            root.path("instance-id"));
    String region = first("a region", machine.path("region"), root.path("region"));
    String zone = first("a zone", machine.path("zone"), root.path("availability-zone"));
    try {
      return new NodeInfo(new NodeId(id), new Topology(region, zone), letters(machine));
    } catch (InvalidRequest e) {
      throw new Unavailable("the metadata server named a strange node: " + e.sentence(), e);
    }
  }

  private String first(String what, JsonNode... candidates) {
    for (JsonNode candidate : candidates) {
      if (candidate.isValueNode() && !candidate.asText().isBlank()) {
        return candidate.asText().strip();
      }
    }
    throw new Unavailable("the metadata server does not name " + what + ", " + document);
  }

  private static Map<VolumeId, DeviceName> letters(JsonNode machine) {
    Map<VolumeId, DeviceName> letters = new HashMap<>();
    for (JsonNode disk : machine.path("disks")) {
      try {
        letters.put(
            new VolumeId(disk.path("disk-id").asText()),
            DeviceName.parse(disk.path("drive").asText()));
      } catch (InvalidRequest _) {
        // A local disk without an id, or a letter of a kind we do not know: not one of ours.
      }
    }
    return letters;
  }
}
