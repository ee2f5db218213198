package cn.ucloud.csi.udisk.controller.request;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.error.DriverException.ListBroken;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which part of a list is asked for.
 *
 * <p>A token names the last entry that was given, in an order that never changes: by age, then by
 * id. So it stays good when entries come and go, and when this process is restarted.
 *
 * @param after entries up to this one have been given
 */
public record ListQuery(int maxEntries, Optional<Position> after) {
  /** What is given when no number is asked for; an entry is about 200 bytes. */
  private static final int DEFAULT_ENTRIES = 500;

  private static final Pattern TOKEN = Pattern.compile("(\\d{1,18})/([A-Za-z0-9._-]{1,128})");

  /** Where an entry stands in its list. */
  public record Position(long createTime, String id) implements Comparable<Position> {
    private static final Comparator<Position> ORDER =
        Comparator.comparingLong(Position::createTime).thenComparing(Position::id);

    @Override
    public int compareTo(Position other) {
      return ORDER.compare(this, other);
    }

    String token() {
      return createTime + "/" + id;
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
        startingToken.isEmpty() ? Optional.empty() : Optional.of(position(startingToken)));
  }

  private static Position position(String token) {
    Matcher matcher = TOKEN.matcher(token);
    if (!matcher.matches()) {
      throw new ListBroken("starting_token is unknown; begin with the first page");
    }
    return new Position(Long.parseLong(matcher.group(1)), matcher.group(2));
  }

  /** The part of {@code all} that is asked for. */
  public <T> Part<T> of(Stream<T> all, Function<T, Position> position) {
    List<T> left =
        all.filter(
                entry -> after.filter(last -> position.apply(entry).compareTo(last) <= 0).isEmpty())
            .sorted(Comparator.comparing(position))
            .limit(maxEntries + 1L)
            .toList();
    if (left.size() <= maxEntries) {
      return new Part<>(left, "");
    }
    List<T> part = left.subList(0, maxEntries);
    return new Part<>(part, position.apply(part.getLast()).token());
  }
}
