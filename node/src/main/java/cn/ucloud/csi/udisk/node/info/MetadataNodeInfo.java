package cn.ucloud.csi.udisk.node.info;

import cn.ucloud.csi.udisk.common.concurrent.TimeSpent;
import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.DeviceName;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.Topology;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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

  /** A document of twenty disks has some ten thousand. */
  private static final int MOST_BYTES = 1 << 20;

  /** The machine types that take RSSD disks (UHost guide, "machine types"). */
  private static final Set<String> FAST_FAMILY =
      Set.of("O", "OS", "OM", "OPRO", "OPROG", "OMAX", "OLITE");

  private final URI document;
  private final boolean rssdOnBareMetal;

  /**
   * A source that asks the server at {@code base}, never through a proxy.
   *
   * @param rssdOnBareMetal whether a bare metal host takes RSSD disks, which only people know
   */
  public MetadataNodeInfo(URI base, boolean rssdOnBareMetal) {
    this.rssdOnBareMetal = rssdOnBareMetal;
    this.document = URI.create(base.toString().replaceAll("/+$", "") + PATH);
  }

  @Override
  public NodeInfo read() {
    return parse(TimeSpent.on(TimeSpent.Part.CLOUD, this::fetch));
  }

  /**
   * By the JDK's old client: the new one would bring TLS and threads of its own, 6 MB on each node.
   */
  private String fetch() {
    try {
      HttpURLConnection connection =
          (HttpURLConnection) document.toURL().openConnection(Proxy.NO_PROXY);
      connection.setConnectTimeout((int) CONNECT_LIMIT.toMillis());
      connection.setReadTimeout((int) ANSWER_LIMIT.toMillis());
      connection.setInstanceFollowRedirects(false);
      connection.setRequestProperty("Connection", "close");
      try {
        return body(connection);
      } finally {
        connection.disconnect();
      }
    } catch (UnknownHostException e) {
      throw new Unavailable("there is no host of the metadata server, " + document, e);
    } catch (IOException e) {
      throw new Unavailable(
          "the metadata server did not answer, " + document + ": " + e.getMessage(), e);
    }
  }

  private String body(HttpURLConnection connection) throws IOException {
    int status = connection.getResponseCode();
    if (status != 200) {
      throw new Unavailable("the metadata server answered " + status + " for " + document);
    }
    try (InputStream body = connection.getInputStream()) {
      byte[] bytes = body.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new Unavailable(
            "the metadata server answered with more than " + MOST_BYTES + " bytes, " + document);
      }
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  private NodeInfo parse(String text) {
    JsonNode root;
    try {
      root = JsonTree.read(text);
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
      NodeId node = new NodeId(id);
      return new NodeInfo(
          node,
          new Topology(region, zone, takesRssd(node, machine)),
          addresses(machine),
          disks(machine));
    } catch (InvalidRequest e) {
      throw new Unavailable("the metadata server named a strange node: " + e.sentence(), e);
    }
  }

  private String first(String what, JsonNode... candidates) {
    for (JsonNode candidate : candidates) {
      if (!text(candidate).isEmpty()) {
        return text(candidate);
      }
    }
    throw new Unavailable("the metadata server does not name " + what + ", " + document);
  }

  /** Empty for what is missing, or is an object or a list. */
  private static String text(JsonNode node) {
    return node.asText().strip();
  }

  private static List<String> addresses(JsonNode machine) {
    List<String> addresses = new ArrayList<>();
    for (JsonNode card : machine.path("network-interfaces")) {
      for (JsonNode ip : card.path("ips")) {
        String address = text(ip.path("ip-address"));
        if ("Private".equals(text(ip.path("type"))) && !address.isEmpty()) {
          addresses.add(address);
        }
      }
    }
    return addresses;
  }

  private static List<NodeDisk> disks(JsonNode machine) {
    List<NodeDisk> disks = new ArrayList<>();
    for (JsonNode disk : machine.path("disks")) {
      try {
        disks.add(
            new NodeDisk(
                new VolumeId(text(disk.path("disk-id"))),
                letter(text(disk.path("drive"))),
                disk.path("is-boot").asBoolean(),
                text(disk.path("name"))));
      } catch (InvalidRequest _) {
        // A local disk, which has no id.
      }
    }
    return disks;
  }

  private static Optional<DeviceName> letter(String drive) {
    try {
      return Optional.of(DeviceName.parse(drive));
    } catch (InvalidRequest _) {
      return Optional.empty();
    }
  }

  private boolean takesRssd(NodeId id, JsonNode machine) {
    return id.isBareMetal()
        ? rssdOnBareMetal
        : FAST_FAMILY.contains(text(machine.path("machine-type")));
  }
}
