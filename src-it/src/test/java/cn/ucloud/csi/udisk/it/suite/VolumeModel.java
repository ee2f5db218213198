package cn.ucloud.csi.udisk.it.suite;

import java.util.Optional;

/** What the callers know of one volume: only what they were told, and what they asked. */
final class VolumeModel {
  private final String name;
  private Optional<String> id = Optional.empty();
  private Optional<String> on = Optional.empty();
  private boolean isOrdered;
  private long unpublishCalls;
  private int underWay;
  private long calls;

  VolumeModel(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  synchronized Optional<String> id() {
    return id;
  }

  /** Whether a disk of this name was ever asked for: then there may be one, whatever was told. */
  synchronized boolean isOrdered() {
    return isOrdered;
  }

  /**
   * A call has begun.
   *
   * @param unpublishCalls how often the volume had been called back until then
   */
  record Begun(boolean isAlone, long number, long unpublishCalls, long at) {}

  synchronized Begun begin() {
    underWay++;
    return new Begun(underWay == 1, ++calls, unpublishCalls, System.nanoTime());
  }

  /** True if nobody else called anything for this volume meanwhile. */
  synchronized boolean end(Begun begun) {
    underWay--;
    return begun.isAlone && calls == begun.number;
  }

  synchronized void creating() {
    isOrdered = true;
  }

  /** The id under which the volume is known from now on. */
  synchronized void created(String newId) {
    if (!id.equals(Optional.of(newId))) {
      id = Optional.of(newId);
      on = Optional.empty();
    }
  }

  synchronized void unpublishing() {
    unpublishCalls++;
    on = Optional.empty();
  }

  /** What is wrong with the answer that the volume {@code published} is at {@code host}. */
  synchronized Optional<String> published(String published, String host, Begun begun) {
    if (unpublishCalls != begun.unpublishCalls || !isStill(published)) {
      return Optional.empty(); // called back or replaced meanwhile: it need not be there any more
    }
    Optional<String> other = on.filter(known -> !known.equals(host));
    on = Optional.of(host);
    return other.map(known -> "%s is at %s and was told to be at %s".formatted(name, known, host));
  }

  /** What is wrong with the answer that the volume {@code deleted} is gone. */
  synchronized Optional<String> deleted(String deleted) {
    if (!isStill(deleted)) {
      return Optional.empty();
    }
    Optional<String> wrong = on.map(host -> "%s was deleted while at %s".formatted(name, host));
    id = Optional.empty();
    on = Optional.empty();
    return wrong;
  }

  private boolean isStill(String volume) {
    return id.equals(Optional.of(volume));
  }
}
