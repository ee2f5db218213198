package cn.ucloud.csi.udisk.it;

import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.simulator.keys.Signature;
import cn.ucloud.csi.udisk.simulator.model.DiskStatus;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Does by hand what the closed driver's documents say that it does: a disk is named as its PV, its
 * device is found by the serial, the filesystem is made on the whole disk, and there is one mount
 * for the node and one for each pod.
 */
final class ClosedDriver {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Sandbox sandbox;

  ClosedDriver(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  /** Makes a disk of 10 GB. */
  String create(String name) {
    String disk =
        call(
                "CreateUDisk",
                Map.of(
                    "Zone", Sandbox.ZONE,
                    "Size", "10",
                    "Name", name,
                    "ChargeType", "Dynamic",
                    "DiskType", "SSDDataDisk"))
            .path("UDiskId")
            .path(0)
            .asText();
    awaitStatus(disk, DiskStatus.AVAILABLE);
    return disk;
  }

  void attach(String disk, String host) {
    var _ =
        call(
            "AttachUDisk",
            Map.of("Zone", Sandbox.ZONE, "UDiskId", disk, "HostId", host, "MultiAttach", "No"));
    awaitStatus(disk, DiskStatus.IN_USE);
    await().until(() -> Files.exists(dev(host)) && !devices(disk, host).isEmpty());
  }

  void detach(String disk, String host) {
    var _ = call("DetachUDisk", Map.of("Zone", Sandbox.ZONE, "UDiskId", disk, "HostId", host));
    awaitStatus(disk, DiskStatus.AVAILABLE);
  }

  /** The device file that the disk has on this host. */
  Path device(String disk, String host) {
    return devices(disk, host).getFirst();
  }

  void stage(String disk, String host, Path staging) {
    String device = device(disk, host).toString();
    if (Shell.attempt("", "blkid", "-p", device).code() == 2) {
      Shell.run("mkfs.ext4", "-q", "-F", device);
    }
    mount(staging, "-t", "ext4", device);
  }

  void publish(Path staging, Path target) {
    mount(target, "--bind", staging.toString());
  }

  void unmount(Path path) {
    Shell.run("umount", path.toString());
  }

  private static void mount(Path place, String... what) {
    try {
      Files.createDirectories(place);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Shell.run(
        Stream.of(Stream.of("mount"), Stream.of(what), Stream.of(place.toString()))
            .flatMap(words -> words)
            .toArray(String[]::new));
  }

  /** What a person would look for in {@code /sys/block/vdX/serial}. */
  private List<Path> devices(String disk, String host) {
    String serial =
        sandbox.simulator().state().attachments().stream()
            .filter(attachment -> attachment.diskId().equals(disk))
            .map(attachment -> "UCLOUD_DISK_" + attachment.deviceName().toUpperCase(Locale.ROOT))
            .findFirst()
            .orElseThrow();
    Path block = sandbox.simulator().guestRoot(host).resolve("sys/block");
    try (Stream<Path> entries = Files.list(block)) {
      return entries
          .filter(entry -> serial.equals(read(entry.resolve("serial"))))
          .map(entry -> dev(host).resolve(entry.getFileName().toString()))
          .filter(Files::exists)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path dev(String host) {
    return sandbox.simulator().guestRoot(host).resolve("dev");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      return "";
    }
  }

  private void awaitStatus(String disk, DiskStatus status) {
    await().until(() -> sandbox.simulator().console().disk(disk).status() == status);
  }

  private JsonNode call(String action, Map<String, String> parameters) {
    Map<String, String> all = new HashMap<>(parameters);
    all.put("Action", action);
    all.put("Region", Sandbox.REGION);
    all.put("ProjectId", "org-simulator");
    all.put("PublicKey", "simulator-public-key");
    all.put("Signature", Signature.of(all, "simulator-private-key"));
    try (HttpClient client = HttpClient.newHttpClient()) {
      JsonNode answer =
          JSON.readTree(
              client
                  .send(
                      HttpRequest.newBuilder(sandbox.simulator().endpoint())
                          .header("Content-Type", "application/json")
                          .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(all)))
                          .build(),
                      BodyHandlers.ofString())
                  .body());
      if (answer.path("RetCode").asInt(-1) != 0) {
        throw new AssertionError(action + ": " + answer);
      }
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
