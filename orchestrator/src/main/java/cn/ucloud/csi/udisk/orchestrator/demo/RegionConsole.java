package cn.ucloud.csi.udisk.orchestrator.demo;

import cn.ucloud.csi.udisk.orchestrator.demo.process.DemoError;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** The web console of the simulated region: what a person would see and press there. */
final class RegionConsole implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final String endpoint;

  RegionConsole(String endpoint) {
    this.endpoint = endpoint;
  }

  /** One line of the disk list. */
  record DiskLine(String id, String name, String type, int sizeGb, String status, String place) {
    @Override
    public String toString() {
      return "%s  %s  %s  %d GB  %s%s".formatted(id, name, type, sizeGb, status, place);
    }
  }

  /** The disk as it is now, not as a list that lags may show it. */
  Optional<DiskLine> findDisk(String diskId) {
    JsonNode state = send(HttpRequest.newBuilder().GET(), "state");
    return StreamSupport.stream(state.path("disks").spliterator(), false)
        .filter(disk -> disk.path("id").asText().equals(diskId))
        .findFirst()
        .map(RegionConsole::line);
  }

  /** The next disk of this host appears under this name, whatever letter the API tells. */
  void letter(String hostId, String kernelName) {
    press("letter", Map.of("hostId", hostId, "kernelName", kernelName));
  }

  /** Detaches a disk, and asks nobody. */
  void detach(String diskId) {
    press("detach", Map.of("diskId", diskId));
  }

  /** Pays for a disk by the month, until then; ten days later it is destroyed. */
  void pay(String diskId, Instant until) {
    press("pay", Map.of("diskId", diskId, "until", until.toString()));
  }

  /** Disables, or enables, the key that a disk is encrypted with. */
  void lock(String diskId, boolean isLocked) {
    press("lock", Map.of("diskId", diskId, "locked", isLocked));
  }

  private void press(String button, Map<String, ?> what) {
    try {
      byte[] body = JSON.writeValueAsBytes(what);
      send(HttpRequest.newBuilder().POST(BodyPublishers.ofByteArray(body)), "console/" + button);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static DiskLine line(JsonNode disk) {
    JsonNode order = disk.path("order");
    JsonNode attachment = disk.path("attachment");
    return new DiskLine(
        disk.path("id").asText(),
        order.path("name").asText(),
        order.path("type").asText(),
        order.path("sizeGb").asInt(),
        disk.path("status").asText(),
        attachment.isObject()
            ? " on %s as %s"
                .formatted(
                    attachment.path("hostId").asText(), attachment.path("deviceName").asText())
            : "");
  }

  private JsonNode send(HttpRequest.Builder request, String path) {
    HttpRequest built =
        request
            .uri(URI.create(endpoint + "/admin/" + path))
            .timeout(Duration.ofSeconds(10))
            .build();
    try {
      HttpResponse<byte[]> response = http.send(built, BodyHandlers.ofByteArray());
      DemoError.unless(
          response.statusCode() == 200,
          "the region's console answered %d to %s".formatted(response.statusCode(), path));
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException("the region's console does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DemoError("interrupted while the region's console was asked");
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
