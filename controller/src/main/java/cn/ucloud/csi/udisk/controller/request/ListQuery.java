package cn.ucloud.csi.udisk.controller.request;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.error.DriverException.ListBroken;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which part of a list is asked for.
 *
 * <p>Entries are given by age, an order that never changes, and a token says how far. So it stays
 * good when entries come and go, and when this process is restarted.
 */
public record ListQuery(int maxEntries, Given given) {
  /** What is given when no number is asked for; an entry is about 200 bytes. */
  private static final int DEFAULT_ENTRIES = 500;

  private static final Pattern TOKEN =
      Pattern.compile("(\\d{1,18})/([A-Za-z0-9._-][A-Za-z0-9._,-]*)");

  /** Where an entry stands in its list. */
  public record Position(long createTime, String id) implements Comparable<Position> {
    private static final Comparator<Position> ORDER =
        Comparator.comparingLong(Position::createTime).thenComparing(Position::id);

    @Override
    public int compareTo(Position other) {
      return ORDER.compare(this, other);
    }
  }

  /**
   * Entries that have been given: whatever is older than a second, and some made in it. These are
   * named one by one, for others may still be made in that second.
   *
   * @param createTime the second, since the epoch
   * @param ids what was given of those made in it
   */
  public record Given(long createTime, Set<String> ids) {
    private static final Given NOTHING = new Given(0, Set.of());

    boolean includes(Position entry) {
      return entry.createTime < createTime
          || (entry.createTime == createTime && ids.contains(entry.id));
    }

    Given and(List<Position> part) {
      long last = part.getLast().createTime;
      Stream<String> before = last == createTime ? ids.stream() : Stream.empty();
      Stream<String> now = part.stream().filter(p -> p.createTime == last).map(Position::id);
      return new Given(last, Stream.concat(before, now).collect(Collectors.toSet()));
    }

    String token() {
      return createTime + "/" + ids.stream().sorted().collect(Collectors.joining(","));
    }
  }

  /** Some entries, and the token for those that follow; empty if none do. */
  public record Part<T>(List<T> entries, String nextToken) {}

  /**
   * Reads the fields of a list request.
   *
   * @throws InvalidRequest if the number is negative
   * @throws ListBroken if the token is none of ours
   */
  public static ListQuery from(int maxEntries, String startingToken) {
    if (maxEntries < 0) {
      throw new InvalidRequest("max_entries", "must not be negative");
    }
    return new ListQuery(
        maxEntries == 0 ? DEFAULT_ENTRIES : maxEntries,
        startingToken.isEmpty() ? Given.NOTHING : given(startingToken));
  }

  private static Given given(String token) {
    Matcher matcher = TOKEN.matcher(token);
    if (!matcher.matches()) {
      throw new ListBroken("starting_token is unknown; begin with the first page");
    }
    return new Given(
        Long.parseLong(matcher.group(1)), Set.copyOf(List.of(matcher.group(2).split(","))));
  }

  /** Whether nothing has been given of this list yet. */
  public boolean isFirst() {
    return given.equals(Given.NOTHING);
  }

  /** The part of {@code all} that is asked for. */
  public <T> Part<T> of(Stream<T> all, Function<T, Position> position) {
    List<T> left =
        all.filter(entry -> !given.includes(position.apply(entry)))
            .sorted(Comparator.comparing(position))
            .limit(maxEntries + 1L)
            .toList();
    if (left.size() <= maxEntries) {
      return new Part<>(left, "");
    }
    List<T> part = left.subList(0, maxEntries);
    return new Part<>(part, given.and(part.stream().map(position).toList()).token());
  }
}
