package cn.ucloud.csi.udisk.common.ucloud;

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
