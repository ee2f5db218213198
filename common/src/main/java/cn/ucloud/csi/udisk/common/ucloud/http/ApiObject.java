package cn.ucloud.csi.udisk.common.ucloud.http;

import cn.ucloud.csi.udisk.common.model.Checks;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * An object of an answer, read leniently: the API sends integers as strings, booleans as words and
 * single ids as arrays (UCloud API, samples of DescribeUDiskSnapshot, ResizeAttachedDisk,
 * CloneUDisk).
 */
public record ApiObject(JsonNode json) {
  /** The last second that a time of Protocol Buffers can be in. */
  private static final long LAST_SECOND = 253_402_300_799L;

  /** The text of a field; empty if it is absent, null or blank. */
  public Optional<String> text(String field) {
    JsonNode value = json.path(field);
    return value.isValueNode() && !value.isNull() && !value.asText().isBlank()
        ? Optional.of(value.asText().strip())
        : Optional.empty();
  }

  /**
   * The text of a field that the answer is useless without.
   *
   * @throws UnreadableAnswer if it is absent, null or blank
   */
  public String requireText(String field) {
    return text(field).orElseThrow(() -> new UnreadableAnswer("has no " + field));
  }

  /**
   * A whole number, sent as such or as text; empty if absent.
   *
   * @throws UnreadableAnswer if it is something else
   */
  public Optional<Long> number(String field) {
    return text(field)
        .map(text -> {
          try {
            return Long.parseLong(text);
          } catch (NumberFormatException e) {
            throw new UnreadableAnswer("has no number in " + field);
          }
        });
  }

  /**
   * A whole number that is a count, a size or a code; empty if absent.
   *
   * @throws UnreadableAnswer if it is something else
   */
  public Optional<Integer> integer(String field) {
    return number(field)
        .map(number -> {
          if (number != number.intValue()) {
            throw new UnreadableAnswer("has too large a number in " + field);
          }
          return number.intValue();
        });
  }

  /**
   * A count without which the record is useless: a whole number from 1 on.
   *
   * @throws UnreadableAnswer if it is absent or something else
   */
  public int requireCount(String field) {
    String text = requireText(field);
    try {
      int count = Integer.parseInt(text);
      if (count > 0) {
        return count;
      }
    } catch (NumberFormatException e) {
      // told below, as a number that is none of a count is
    }
    throw new UnreadableAnswer("has %s \"%s\"".formatted(field, text));
  }

  /** Unix seconds; 0 for what is no time between the epoch and the year 9999. */
  public long seconds(String field) {
    try {
      return number(field).filter(time -> time > 0 && time <= LAST_SECOND).orElse(0L);
    } catch (UnreadableAnswer e) {
      return 0;
    }
  }

  /**
   * An id; empty if it is absent, null or blank.
   *
   * @throws UnreadableAnswer if it is none: ids are told to others and used in names of files
   */
  public Optional<String> id(String field) {
    Optional<String> id = text(field);
    if (id.filter(text -> !Checks.isId(text)).isPresent()) {
      throw new UnreadableAnswer("has no id in " + field);
    }
    return id;
  }

  /**
   * An id that the record is useless without.
   *
   * @throws UnreadableAnswer if it is absent or none
   */
  public String requireId(String field) {
    return id(field).orElseThrow(() -> new UnreadableAnswer("has no " + field));
  }

  /** The first id of a field that is a text or a list of texts; empty if there is none. */
  public Optional<String> firstText(String field) {
    JsonNode value = json.path(field);
    return value.isArray()
        ? Optional.of(value.path(0).asText("").strip()).filter(text -> !text.isEmpty())
        : text(field);
  }

  /** The objects of a list; none if the field is absent or null. */
  public <T> List<T> list(String field, Function<ApiObject, T> read) {
    List<T> items = new ArrayList<>();
    json.path(field).forEach(item -> items.add(read.apply(new ApiObject(item))));
    return items;
  }

  /**
   * An answer that came whole and is not what the API documents; nothing can be concluded from it.
   */
  public static final class UnreadableAnswer extends RuntimeException {
    public UnreadableAnswer(String problem) {
      super(problem);
    }
  }
}
