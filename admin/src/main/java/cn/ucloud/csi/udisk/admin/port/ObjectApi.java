package cn.ucloud.csi.udisk.admin.port;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** The API server, as far as it is only read. */
public interface ObjectApi {

  /**
   * Every object of a list, part by part.
   *
   * @param path such as {@code /api/v1/nodes}, with a query if need be
   * @param consumer is given each object, without what nobody here uses
   * @throws Unreadable if a part cannot be read; the consumer may have been given others
   */
  void forEach(String path, Consumer<JsonNode> consumer) throws Unreadable;

  /**
   * One object; empty if there is none of that name.
   *
   * @throws Unreadable if that cannot be told
   */
  Optional<JsonNode> find(String path) throws Unreadable;

  /** How far this machine's clock is ahead of the API server's, as of the last answer. */
  Duration clockAhead();
}
