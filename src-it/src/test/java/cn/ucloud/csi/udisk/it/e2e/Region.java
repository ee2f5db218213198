package cn.ucloud.csi.udisk.it.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A simulated region: what is in it, and what is done there behind the driver's back. */
final class Region {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI address;

  Region(URI address) {
    this.address = address;
  }

  /** The ids of all data disks and snapshots. */
  Set<String> disksAndSnapshots() {
    Set<String> ids = new TreeSet<>();
    JsonNode state = state();
    for (JsonNode disk : state.path("disks")) {
      if (!disk.path("boot").asBoolean()) {
        ids.add(disk.path("id").asText());
      }
    }
    state.path("snapshots").forEach(snapshot -> ids.add(snapshot.path("id").asText()));
    return ids;
  }

  /** Where the disk is attached: hostId, deviceName of the API, kernelName of the host. */
  JsonNode attachmentOf(String disk) {
    for (JsonNode attachment : state().path("attachments")) {
      if (attachment.path("diskId").asText().equals(disk)) {
        return attachment;
      }
    }
    throw new AssertionError(disk + " is attached to no host");
  }

  void detach(String disk) {
    post("console/detach", "{\"diskId\":\"%s\"}".formatted(disk));
  }

  /** The disk is paid for until then. */
  void pay(String disk, Instant until) {
    post("console/pay", "{\"diskId\":\"%s\",\"until\":\"%s\"}".formatted(disk, until));
  }

  /** What the disk is labelled with, by key. */
  Map<String, String> labelsOf(String disk) {
    Map<String, String> labels = new TreeMap<>();
    call("labels/" + disk, "GET", BodyPublishers.noBody())
        .forEach(label -> labels.put(label.path("key").asText(), label.path("value").asText()));
    return labels;
  }

  /** The next disk of the host gets this name there, whatever letter the API tells. */
  void nameNextDisk(String host, String kernelName) {
    post("console/letter", "{\"hostId\":\"%s\",\"kernelName\":\"%s\"}".formatted(host, kernelName));
  }

  /** The next call of the action is carried out, and its answer waits. */
  void holdNextAnswer(String action) {
    post("faults", "{\"action\":\"%s\",\"effect\":\"hold-answer\"}".formatted(action));
  }

  boolean holdsAnAnswer() {
    return call("faults", "GET", BodyPublishers.noBody()).path("held").asInt() > 0;
  }

  /** Nothing is held any more. */
  void release() {
    call("faults", "DELETE", BodyPublishers.noBody());
    post("release", "{}");
  }

  private JsonNode state() {
    return call("state", "GET", BodyPublishers.noBody());
  }

  private void post(String call, String body) {
    call(call, "POST", BodyPublishers.ofString(body));
  }

  private JsonNode call(String call, String method, BodyPublisher body) {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(address.resolve("/admin/" + call)).method(method, body).build();
      HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
      assertThat(answer.statusCode()).as("%s: %s", call, answer.body()).isEqualTo(200);
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(call, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
