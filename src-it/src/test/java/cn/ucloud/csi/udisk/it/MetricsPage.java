package cn.ucloud.csi.udisk.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a process shows at {@code /metrics}. */
public record MetricsPage(String text) {
  private static final Pattern TYPE = Pattern.compile("# TYPE (\\S+) (\\S+)");
  private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"");

  /** One metric, however many series it has. */
  record Metric(String name, String type, Set<String> labels) {}

  public static MetricsPage read(int port) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return new MetricsPage(
          client
              .send(
                  HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/metrics".formatted(port)))
                      .build(),
                  BodyHandlers.ofString())
              .body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Of one series, given with its labels as the page shows them. */
  public double value(String series) {
    return text.lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("there is no " + series));
  }

  Set<Metric> metrics() {
    return text.lines()
        .map(TYPE::matcher)
        .filter(Matcher::matches)
        .map(line -> new Metric(line.group(1), line.group(2), labels(line.group(1))))
        .collect(Collectors.toSet());
  }

  /** Of all its series; {@code le} is every histogram's own. */
  private Set<String> labels(String metric) {
    return text.lines()
        .filter(line -> line.matches(metric + "(_bucket|_sum|_count)?[{ ].*"))
        .flatMap(line -> LABEL.matcher(line).results().map(found -> found.group(1)))
        .filter(label -> !label.equals("le"))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
