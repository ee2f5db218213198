package cn.ucloud.csi.udisk.it.bench;

import cn.ucloud.csi.udisk.simulator.fault.Call;
import cn.ucloud.csi.udisk.simulator.fault.CallLog;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** What the cloud was asked, from the beginning of this to its end: the log forgets old calls. */
final class CallCounts implements AutoCloseable {
  private static final String REFUSED = "153";

  private final CallLog log;
  private final Thread reader;
  private final TreeMap<Long, Call> calls = new TreeMap<>();
  private final long before;

  CallCounts(CallLog log) {
    this.log = log;
    this.before = log.all().stream().mapToLong(Call::sequence).max().orElse(0);
    this.reader = Thread.ofVirtual().start(this::readOn);
  }

  private void readOn() {
    try {
      while (true) {
        TimeUnit.SECONDS.sleep(2);
        read();
      }
    } catch (InterruptedException _) {
      // closed
    }
  }

  private synchronized void read() {
    log.all().stream()
        .filter(call -> call.sequence() > before)
        .forEach(call -> calls.put(call.sequence(), call));
  }

  private synchronized List<Call> all() {
    return new ArrayList<>(calls.values());
  }

  /** Calls that change something, those that were refused by the rate limit as well. */
  private List<Call> mutations() {
    return all().stream().filter(call -> !isRead(call)).toList();
  }

  long mutationCount() {
    return mutations().size();
  }

  long refused() {
    return all().stream().filter(call -> call.outcome().equals(REFUSED)).count();
  }

  long readCount() {
    return all().stream().filter(CallCounts::isRead).count();
  }

  private static boolean isRead(Call call) {
    return call.action().startsWith("Describe");
  }

  /** Seconds from the first call to the last. */
  double seconds() {
    List<Call> all = all();
    return between(all.getFirst().time(), all.getLast().time());
  }

  /** Changes a second that got through, in the middle eight tenths of them: not start and end. */
  double mutationsPerSecond() {
    List<Call> through =
        mutations().stream().filter(call -> !call.outcome().equals(REFUSED)).toList();
    int first = through.size() / 10;
    int last = through.size() * 9 / 10;
    return (last - first) / between(through.get(first).time(), through.get(last).time());
  }

  /** As in {@code DescribeUDisk by name 400, DescribeUDisk page 120}. */
  String readsByKind() {
    Map<String, Long> kinds =
        all().stream()
            .filter(CallCounts::isRead)
            .collect(Collectors.groupingBy(CallCounts::kind, TreeMap::new, Collectors.counting()));
    return kinds.entrySet().stream()
        .map(kind -> String.format(Locale.ROOT, "%s %d", kind.getKey(), kind.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static String kind(Call call) {
    if (!call.action().equals("DescribeUDisk")) {
      return call.action();
    }
    return call.parameters().containsKey("UDiskName")
        ? "by name"
        : call.parameters().containsKey("UDiskId")
            ? "by id"
            : call.parameters().containsKey("HostId") ? "by host" : "pages";
  }

  private static double between(Instant from, Instant to) {
    return Math.max(1, Duration.between(from, to).toMillis()) / 1000.0;
  }

  /** Stops counting; what was counted can still be asked. */
  @Override
  public void close() {
    reader.interrupt();
    read();
  }
}
