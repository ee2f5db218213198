package cn.ucloud.csi.udisk.simulator.metadata;

import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig;
import cn.ucloud.csi.udisk.simulator.keys.Keyring;
import cn.ucloud.csi.udisk.simulator.model.Host;
import cn.ucloud.csi.udisk.simulator.region.Region;
import cn.ucloud.csi.udisk.simulator.store.Json;
import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The metadata servers of all hosts, below {@code /hosts/<host id>}.
 *
 * <p>A host that is off or gone has nobody who could ask, and is not found.
 */
public final class MetadataEndpoint implements HttpHandler {
  private static final String ROOT = "/hosts/";

  private final Region region;
  private final MetadataDocument document;
  private final StsAnswers sts;

  public MetadataEndpoint(SimulatorConfig config, Region region, Keyring keyring) {
    String project = config.projects().getFirst();
    this.region = region;
    this.document = new MetadataDocument(config.region(), project, region);
    this.sts = new StsAnswers(config.sts(), project, keyring);
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      String path = exchange.getRequestURI().getPath().substring(ROOT.length());
      int slash = path.indexOf('/');
      Optional<String> found =
          slash < 0
              ? Optional.empty()
              : region
                  .exclusively(() -> region.hosts().find(path.substring(0, slash)))
                  .filter(Host::running)
                  .flatMap(host -> find(host, path.substring(slash), exchange));
      byte[] bytes = found.orElse("not found").getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(
          found.isPresent() ? 200 : 404, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private Optional<String> find(Host host, String path, HttpExchange exchange) {
    if (path.equals("/user-data") || path.equals("/vendor-data")) {
      return Optional.of("");
    }
    if (path.equals("/meta-data/v1.json")) {
      return Optional.of(tree(host).toString());
    }
    return after(path, "/meta-data/v1/uam/security-credentials/")
        .map(role -> json(sts.v1(host, role)))
        .or(() ->
            after(path, "/meta-data/v2/iam/security-credentials/")
                .map(role -> json(sts.v2(host, role, duration(exchange)))))
        .or(() ->
            after(path, "/meta-data/v1/")
                .or(() -> after(path, "/meta-data/latest/"))
                .flatMap(item -> item(tree(host), item)));
  }

  private JsonNode tree(Host host) {
    return Json.MAPPER.valueToTree(region.exclusively(() -> document.of(host)));
  }

  private static Optional<String> item(JsonNode root, String path) {
    JsonNode at = root;
    for (String name : path.split("/", -1)) {
      if (name.isEmpty()) {
        continue; // A trailing slash.
      }
      at =
          at.isArray() && name.matches("\\d{1,4}")
              ? at.path(Integer.parseInt(name))
              : at.path(name);
    }
    if (at.isMissingNode()) {
      return Optional.empty();
    }
    return Optional.of(at.isValueNode() ? at.asText() : String.join("\n", names(at)));
  }

  /** What is below an item that is no text itself. */
  private static List<String> names(JsonNode at) {
    if (at.isArray()) {
      return IntStream.range(0, at.size()).mapToObj(Integer::toString).toList();
    }
    return at.propertyStream().map(Map.Entry::getKey).toList();
  }

  private static Duration duration(HttpExchange exchange) {
    return Optional.ofNullable(exchange.getRequestHeaders().getFirst("Duration-Seconds"))
        .filter(text -> text.matches("\\d{1,6}"))
        .map(text -> Duration.ofSeconds(Math.clamp(Long.parseLong(text), 900, 3600)))
        .orElse(Duration.ofHours(1));
  }

  private static Optional<String> after(String path, String prefix) {
    return path.startsWith(prefix)
        ? Optional.of(path.substring(prefix.length()))
        : Optional.empty();
  }

  private static String json(Object value) {
    return Json.MAPPER.valueToTree(value).toString();
  }
}
